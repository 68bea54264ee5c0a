//! Suggestions of several indexes become one.

use super::result::{Completed, Corrected, Entry, Found, Suggested};
use super::spelling::{By, Similar};

fn term(name: &str, options: &[(&str, f32, u64)]) -> Suggested {
    let option = |(text, score, frequency): &(&str, f32, u64)| Similar {
        text: (*text).to_owned(),
        score: *score,
        frequency: *frequency,
    };
    Suggested {
        name: name.to_owned(),
        found: Found::Term {
            entries: vec![Entry::whole("wahle", options.iter().map(option).collect())],
            size: 2,
            by: By::Score,
        },
    }
}

#[test]
fn words_of_several_indexes_are_merged_by_text() {
    let mut merged = term("a", &[("whale", 0.8, 3), ("while", 0.6, 2)]);
    merged
        .merge(term("a", &[("while", 0.6, 4), ("whole", 0.6, 3)]))
        .unwrap();
    assert_eq!(merged, term("a", &[("whale", 0.8, 3), ("while", 0.6, 6)]));
    let mut others = term("a", &[]);
    if let Found::Term { entries, .. } = &mut others.found {
        entries.clear();
    }
    assert!(
        merged.merge(others).is_err(),
        "they cut the text into other words"
    );
}

#[test]
fn phrases_and_completions_of_several_indexes_are_merged_in_their_order() {
    let corrected = |text: &str, score| Corrected {
        text: text.to_owned(),
        highlighted: None,
        score,
    };
    let phrase = |cutoff, options| Suggested {
        name: "p".to_owned(),
        found: Found::Phrase {
            entry: Entry::whole("x", options),
            size: 5,
            cutoff,
        },
    };
    let mut merged = phrase(0.1, vec![corrected("a", 0.5), corrected("b", 0.2)]);
    merged
        .merge(phrase(0.3, vec![corrected("c", 0.6), corrected("a", 0.4)]))
        .unwrap();
    assert_eq!(
        merged,
        phrase(0.3, vec![corrected("c", 0.6), corrected("a", 0.5)])
    );

    let completed = |index: &str, score, text: &str, id: &str| Completed {
        index: Some(index.into()),
        rank: shared::completion::Ranked {
            score,
            text: text.to_owned(),
            key: 1,
            id: id.to_owned(),
        },
        document: None,
    };
    let completion = |distinct, options| Suggested {
        name: "c".to_owned(),
        found: Found::Completion {
            entry: Entry::whole("x", options),
            size: 3,
            distinct,
        },
    };
    for distinct in [false, true] {
        let mut merged = completion(
            distinct,
            vec![completed("i", 9, "xa", "1"), completed("i", 5, "xb", "2")],
        );
        let more = vec![completed("j", 9, "xa", "1"), completed("j", 7, "xc", "3")];
        merged.merge(completion(distinct, more)).unwrap();
        let Found::Completion { entry, .. } = merged.found else {
            panic!("another kind");
        };
        let found: Vec<(&str, &str)> = entry
            .options
            .iter()
            .map(|option| (option.index.as_deref().unwrap(), option.rank.text.as_str()))
            .collect();
        let expected = if distinct {
            [("i", "xa"), ("j", "xc"), ("i", "xb")]
        } else {
            [("i", "xa"), ("j", "xa"), ("j", "xc")]
        };
        assert_eq!(found, expected);
    }
}
