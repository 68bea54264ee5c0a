//! A passage as it is shown: trimmed, with tags around what is marked, escaped if need be.

use std::ops::Range;

use super::matchers::Mark;
use crate::dsl::highlight::HighlightOptions;

/// Writes a passage of a text. Marks that overlap are one.
pub(super) fn passage(text: &str, bytes: Range<usize>, marks: &[Mark], options: &HighlightOptions) -> String {
    let bytes = trimmed(text, bytes, marks);
    let mut shown = String::with_capacity(bytes.len() + 16 * marks.len().min(64));
    let mut at = bytes.start;
    let mut rest = marks.iter().peekable();
    while let Some(mark) = rest.next() {
        let (start, mut end) = (mark.start.max(at), mark.end);
        while let Some(next) = rest.next_if(|next| next.start < end || next.end <= end) {
            end = end.max(next.end);
        }
        let end = end.min(bytes.end);
        if start >= end {
            continue;
        }
        plain(&mut shown, &text[at..start], options.html);
        let nth = if options.tag_per_word {
            mark.wanted as usize
        } else {
            0
        };
        shown.push_str(tag(&options.pre_tags, nth));
        plain(&mut shown, &text[start..end], options.html);
        shown.push_str(tag(&options.post_tags, nth));
        at = end;
    }
    plain(&mut shown, &text[at..bytes.end], options.html);
    shown
}

/// The passage without white space at its ends, unless that is marked.
fn trimmed(text: &str, bytes: Range<usize>, marks: &[Mark]) -> Range<usize> {
    let piece = &text[bytes.clone()];
    let start = bytes.end - piece.trim_start().len();
    let end = bytes.start + piece.trim_end().len();
    if start >= end {
        return bytes;
    }
    let first = marks.first().map_or(start, |mark| mark.start);
    let last = marks.iter().map(|mark| mark.end).max().unwrap_or(end);
    start.min(first).max(bytes.start)..end.max(last).min(bytes.end)
}

fn tag(tags: &[String], nth: usize) -> &str {
    match tags.len() {
        0 => "",
        count => &tags[nth % count],
    }
}

/// Appends text, escaped as HTML if it goes into a page.
pub(super) fn plain(shown: &mut String, text: &str, html: bool) {
    if !html {
        shown.push_str(text);
        return;
    }
    for c in text.chars() {
        match c {
            '"' => shown.push_str("&quot;"),
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '\'' => shown.push_str("&#x27;"),
            '/' => shown.push_str("&#x2F;"),
            other => shown.push(other),
        }
    }
}
