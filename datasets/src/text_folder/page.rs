//! The title and the readable text of one file.

use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::html;

/// What a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Markdown,
    Html,
}

impl Kind {
    /// By the end of the file's name; none for a file that is no text.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "txt" | "text" | "rst" => Some(Self::Text),
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            _ => None,
        }
    }

    /// As the field `kind` has it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

/// What is readable in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// Empty if the file has no heading.
    pub(super) title: String,
    pub(super) body: String,
}

/// Reads a file's text.
pub(super) fn read(kind: Kind, text: &str) -> Page {
    match kind {
        Kind::Text => Page {
            title: underlined(text).unwrap_or_default().to_owned(),
            body: text.to_owned(),
        },
        Kind::Markdown => markdown(text),
        Kind::Html => {
            let page = html::read(text);
            Page {
                title: if page.title.is_empty() {
                    page.heading
                } else {
                    page.title
                },
                body: page.text,
            }
        }
    }
}

/// The first heading as reStructuredText has it: a line with a line of signs below it that is at least as long.
fn underlined(text: &str) -> Option<&str> {
    let lines = || text.lines().map(str::trim_end);
    lines().zip(lines().skip(1)).find_map(|(title, line)| {
        let sign = line.chars().next().filter(char::is_ascii_punctuation)?;
        let is_line = line.len() >= 3 && line.chars().all(|character| character == sign);
        let is_title = title.chars().any(char::is_alphanumeric) && !title.starts_with("..");
        (is_line && is_title && line.len() >= title.chars().count()).then(|| title.trim())
    })
}

/// Markdown's text without its marks. Code and alternative texts of images are text; HTML in it is read as HTML.
fn markdown(text: &str) -> Page {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut page = Page::default();
    let mut in_title = false;
    let mut in_metadata = false;
    let mut html_block = String::new();
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::MetadataBlock(_)) => in_metadata = true,
            Event::End(TagEnd::MetadataBlock(_)) => in_metadata = false,
            Event::Start(Tag::Heading { .. }) => {
                html::end_line(&mut page.body);
                in_title = page.title.is_empty();
            }
            Event::End(TagEnd::Heading(_)) => {
                in_title = false;
                html::end_line(&mut page.body);
            }
            Event::Text(text) | Event::Code(text) if !in_metadata => {
                if in_title {
                    html::flow(&mut page.title, &text);
                }
                page.body.push_str(&text);
            }
            // It comes line by line: a script would be text if its lines were read by themselves.
            Event::Html(line) => html_block.push_str(&line),
            Event::End(TagEnd::HtmlBlock) => {
                page.body
                    .push_str(&html::read(&std::mem::take(&mut html_block)).text);
                html::end_line(&mut page.body);
            }
            Event::InlineHtml(html) => page.body.push_str(&html::read(&html).text),
            Event::SoftBreak => page.body.push(' '),
            Event::End(TagEnd::TableCell) => page.body.push(' '),
            Event::HardBreak
            | Event::Rule
            | Event::End(
                TagEnd::Paragraph
                | TagEnd::Item
                | TagEnd::CodeBlock
                | TagEnd::TableHead
                | TagEnd::TableRow
                | TagEnd::FootnoteDefinition
                | TagEnd::DefinitionListTitle
                | TagEnd::DefinitionListDefinition,
            ) => html::end_line(&mut page.body),
            _ => {}
        }
    }
    page.title.truncate(page.title.trim_end().len());
    page.body.truncate(page.body.trim_end().len());
    page
}
