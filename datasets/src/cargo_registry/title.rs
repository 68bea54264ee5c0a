//! Finds a short title for a file: its first heading or sentence, as plain text.

use super::manifest::Package;

/// The longest title, in characters; longer ones end in an ellipsis.
const TITLE_CHARS_MAX: usize = 200;

/// The longest stretch of text that a title is looked for in, in bytes: a file may be one endless line.
const PARAGRAPH_BYTES_MAX: usize = 4096;

/// The most lines that a heading in HTML is followed over.
const HTML_HEADING_LINES_MAX: usize = 12;

/// The first sentence of a Rust file's own documentation (`//!` or `/*!`); a heading only if there is no sentence.
pub(super) fn of_rust(body: &str) -> Option<String> {
    let mut heading = None;
    let mut in_code = false;
    let mut paragraph = String::new();
    for line in doc_lines(body).chain([""]) {
        let line = line.trim();
        let is_heading = line.starts_with('#');
        if is_fence(line) {
            in_code = !in_code;
        }
        let is_prose = !(in_code || is_fence(line) || is_heading || is_link_definition(line));
        if is_prose && !line.is_empty() && paragraph.len() < PARAGRAPH_BYTES_MAX {
            paragraph.push_str(line);
            paragraph.push(' ');
            continue;
        }
        let text = plain(&paragraph);
        if !text.is_empty() {
            return Some(shortened(first_sentence(&text)));
        }
        paragraph.clear();
        if is_heading && !in_code && heading.is_none() {
            heading = Some(plain(line.trim_start_matches('#'))).filter(|text| !text.is_empty());
        }
    }
    heading.as_deref().map(shortened)
}

/// The first heading of a Markdown file, in any of the three ways to write one.
pub(super) fn of_markdown(body: &str) -> Option<String> {
    let mut lines = without_front_matter(body).lines();
    let mut in_code = false;
    let mut previous = "";
    while let Some(line) = lines.next() {
        let line = line.trim();
        if is_fence(line) {
            in_code = !in_code;
        }
        let candidate = if in_code {
            String::new()
        } else if let Some(heading) = atx_heading(line) {
            plain(heading)
        } else if is_underline(line) {
            plain(previous)
        } else if is_html_heading(line) {
            html_heading(line, &mut lines.clone())
        } else {
            String::new()
        };
        if !candidate.is_empty() {
            return Some(shortened(&candidate));
        }
        previous = line;
    }
    None
}

/// `name: description` of a manifest; `None` for one without a package.
pub(super) fn of_manifest(package: &Package) -> Option<String> {
    let name = package.name.as_ref()?;
    Some(match &package.description {
        Some(description) => shortened(&format!("{name}: {description}")),
        None => shortened(name),
    })
}

/// The path that a Rust file's module most likely has, such as `tokio::sync::mutex`.
pub(super) fn module_path(crate_name: &str, path: &str) -> String {
    let inside = path.strip_suffix(".rs").unwrap_or(path);
    let inside = match inside.strip_prefix("src/") {
        Some("lib" | "main") => "",
        Some(module) => module,
        None => inside,
    };
    let module = inside.strip_suffix("/mod").unwrap_or(inside);
    let parts = [crate_name]
        .into_iter()
        .chain(module.split('/'))
        .filter(|part| !part.is_empty());
    parts
        .map(|part| part.replace('-', "_"))
        .collect::<Vec<_>>()
        .join("::")
}

/// The file with only its own documentation left in it: every other line is empty.
///
/// That documentation stands at the margin; further in, it belongs to a module inside the file.
fn doc_lines(body: &str) -> impl Iterator<Item = &str> {
    let mut in_block = false;
    body.lines().map(move |line| {
        if in_block {
            let (text, ended) = line
                .split_once("*/")
                .map_or((line, false), |(text, _)| (text, true));
            in_block = !ended;
            text
        } else if let Some(rest) = line.strip_prefix("/*!") {
            let (text, ended) = rest
                .split_once("*/")
                .map_or((rest, false), |(text, _)| (text, true));
            in_block = !ended;
            text
        } else {
            line.strip_prefix("//!").unwrap_or_default()
        }
    })
}

fn is_fence(line: &str) -> bool {
    line.starts_with("```") || line.starts_with("~~~")
}

/// Whether a line only says where a link leads that other lines mention.
fn is_link_definition(line: &str) -> bool {
    line.starts_with('[') && line.contains("]: ")
}

/// The text of a heading such as `## Use`.
fn atx_heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    let is_heading = (1..=6).contains(&level) && text.starts_with([' ', '\t']);
    is_heading.then(|| text.trim().trim_end_matches('#'))
}

/// Whether a line makes a heading of the one above it.
fn is_underline(line: &str) -> bool {
    line.len() >= 3 && (line.bytes().all(|byte| byte == b'=') || line.bytes().all(|byte| byte == b'-'))
}

fn is_html_heading(line: &str) -> bool {
    ["<h1", "<h2", "<h3"].iter().any(|tag| {
        line.get(..tag.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(tag))
    })
}

/// The text of a heading written as HTML, which may go on over the following lines.
fn html_heading<'body>(line: &'body str, following: &mut dyn Iterator<Item = &'body str>) -> String {
    let mut heading = String::new();
    for line in [line].into_iter().chain(following).take(HTML_HEADING_LINES_MAX) {
        heading.push_str(line);
        heading.push(' ');
        if line.contains("</h") || line.contains("</H") {
            break;
        }
    }
    plain(&heading)
}

/// Passes over the block of settings between two lines of `---` that some tools put on top of a file.
fn without_front_matter(body: &str) -> &str {
    let body = body.trim_start_matches('\u{feff}');
    let end = body
        .strip_prefix("---\n")
        .and_then(|settings| settings.split_once("\n---\n"));
    end.map_or(body, |(_, rest)| rest)
}

/// Takes the markup out of a piece of Markdown or HTML: links keep their text, images go, code keeps its content.
fn plain(markup: &str) -> String {
    let mut text = String::new();
    let mut rest = &markup[..markup.floor_char_boundary(PARAGRAPH_BYTES_MAX)];
    while let Some(at) = rest.find(['`', '[', ']', '!', '<', '*', '\\']) {
        text.push_str(&rest[..at]);
        let (mark, after) = rest[at..].split_at(1);
        rest = after;
        match mark {
            "`" => {
                let code_end = after.find('`').unwrap_or(0);
                text.push_str(&after[..code_end]);
                rest = after[code_end..].trim_start_matches('`');
            }
            "]" => rest = after_link_target(after),
            "!" => match after.strip_prefix('[').and_then(|image| image.split_once(']')) {
                Some((_, after_name)) => rest = after_link_target(after_name),
                None => text.push('!'),
            },
            "<" => match tag_end(after) {
                Some(end) => rest = &after[end..],
                None => text.push('<'),
            },
            "\\" => {
                let escaped = after.chars().next().filter(char::is_ascii_punctuation);
                text.extend(escaped.or(Some('\\')));
                rest = &after[escaped.map_or(0, char::len_utf8)..];
            }
            // A star next to a word is emphasis, one between spaces a multiplication.
            "*" if after.starts_with(' ') && text.ends_with(' ') => text.push('*'),
            _ => {}
        }
    }
    text.push_str(rest);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Passes over the `(target)` or `[target]` behind a link's text.
fn after_link_target(text: &str) -> &str {
    let close = match text.chars().next() {
        Some('(') => ')',
        Some('[') => ']',
        _ => return text,
    };
    text.split_once(close).map_or(text, |(_, rest)| rest)
}

/// Where the tag ends whose `<` was just passed; `None` if it is a mere less-than sign.
fn tag_end(text: &str) -> Option<usize> {
    let is_tag = text.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '/' | '!'));
    is_tag.then(|| text.find('>').map(|end| end + 1)).flatten()
}

/// Ends a text after its first sentence. A stop before a small letter (`e.g. this`) ends nothing.
fn first_sentence(text: &str) -> &str {
    let ends = text.match_indices(['.', '!', '?']).map(|(at, _)| at + 1);
    let mut sentences = ends.filter(|end| {
        let rest = &text[*end..];
        rest.is_empty()
            || rest
                .strip_prefix(' ')
                .is_some_and(|next| !next.starts_with(char::is_lowercase))
    });
    sentences
        .next()
        .map_or(text, |end| &text[..end])
        .trim_end_matches(['.', ':'])
}

/// Cuts a title at a word's end if it is too long.
fn shortened(text: &str) -> String {
    let Some((limit, _)) = text.char_indices().nth(TITLE_CHARS_MAX) else {
        return text.to_owned();
    };
    let cut = &text[..limit];
    let end = cut.rfind(' ').unwrap_or(limit);
    format!("{}…", &cut[..end])
}

#[cfg(test)]
#[path = "title_tests.rs"]
mod tests;
