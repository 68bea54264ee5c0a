//! Marks the words of a query in a text, as the analyzer of the index sees them: `threads` is a hit of `thread`.

use std::collections::HashSet;

use shared::analysis::Analyzer;

use super::Style;

/// The text on one line of at most `columns` characters, with every word of the query painted.
pub fn highlight(text: &str, query: &str, analyzer: &Analyzer, columns: usize, style: Style) -> String {
    let line = shortened(&text.split_whitespace().collect::<Vec<_>>().join(" "), columns);
    let wanted: HashSet<String> = analyzer
        .tokens(query)
        .into_iter()
        .map(|token| token.text)
        .collect();
    let mut painted = String::with_capacity(line.len());
    let mut done = 0;
    for token in analyzer
        .tokens(&line)
        .iter()
        .filter(|token| wanted.contains(&token.text))
    {
        // Positions are those of the text that was analyzed; a token never overlaps the one before.
        let (Some(between), Some(word)) = (line.get(done..token.start), line.get(token.start..token.end))
        else {
            continue;
        };
        painted.push_str(between);
        painted.push_str(&style.hit(word));
        done = token.end;
    }
    painted.push_str(line.get(done..).unwrap_or_default());
    painted
}

/// The text, cut to so many characters; the cut is marked. Control characters could move the cursor: they are dropped.
pub fn shortened(text: &str, columns: usize) -> String {
    let shown: Vec<char> = text.chars().filter(|character| !character.is_control()).collect();
    if shown.len() <= columns {
        return shown.into_iter().collect();
    }
    shown[..columns.saturating_sub(1)].iter().chain(&['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_word_is_marked() {
        let marked = highlight(
            "Thread pools, and a pool's\n threads",
            "pool thread",
            &Analyzer::english(),
            80,
            Style::COLOUR,
        );
        assert_eq!(marked.matches("\u{1b}[1;33m").count(), 4, "{marked}");
        let plain = highlight(
            "Thread pools, and a pool's\n threads",
            "pool",
            &Analyzer::english(),
            80,
            Style::PLAIN,
        );
        assert_eq!(plain, "Thread pools, and a pool's threads");
    }

    #[test]
    fn long_texts_are_cut_and_control_characters_dropped() {
        assert_eq!(shortened("größer", 4), "grö…");
        assert_eq!(shortened("\u{1b}[2Jx", 10), "[2Jx");
    }
}
