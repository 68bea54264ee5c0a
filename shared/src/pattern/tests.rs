//! What patterns match, by hand and by the plain table of distances.

use proptest::prelude::*;

use super::*;

fn matches(syntax: Syntax, text: &str, word: &str) -> bool {
    let pattern = Pattern {
        syntax,
        text: text.to_owned(),
        case_insensitive: false,
    };
    pattern.compile().unwrap().matches(word)
}

#[test]
fn wildcards_and_prefixes_match_whole_terms() {
    for (text, word) in [
        ("w*e", "whale"),
        ("w?ale", "whale"),
        ("*", ""),
        ("**ä?", "xäü"),
        (r"a\*b", "a*b"),
    ] {
        assert!(matches(Syntax::Wildcard, text, word), "{text} {word}");
    }
    for (text, word) in [("w*e", "whales"), ("w?ale", "wale"), ("?", ""), (r"a\*b", "axb")] {
        assert!(!matches(Syntax::Wildcard, text, word), "{text} {word}");
    }
    assert!(matches(Syntax::Prefix, "w*", "w*x") && !matches(Syntax::Prefix, "w*", "wx"));
    assert!(matches(Syntax::Prefix, "", "x"));
}

#[test]
fn regular_expressions_are_lucenes() {
    for (text, word) in [
        ("s.*y", "silly"),
        ("(ab|cd)+", "abcdab"),
        ("a{2,3}", "aaa"),
        ("a{2,}", "aaaaa"),
        ("a{2}", "aa"),
        ("[^a-c]x?", "d"),
        ("[a-]+", "a-a"),
        (r"\d\D\w", "1x_"),
        ("\"a.b\"", "a.b"),
        ("a@", "axyz"),
        ("", ""),
        ("()", ""),
        ("^$", "^$"),
        ("x|", ""),
    ] {
        assert!(matches(Syntax::Regexp, text, word), "{text} {word}");
    }
    for (text, word) in [
        ("a{2,3}", "aaaa"),
        ("[^a-c]", "b"),
        ("a#", "a"),
        ("ab", "xab"),
        (".", ""),
    ] {
        assert!(!matches(Syntax::Regexp, text, word), "{text} {word}");
    }
    for text in [
        "(", "a)", "[a", "a{", "a{3,2}", "*a", "~a", "a&b", "<1-2>", "\\", "[b-a]", "\"a",
    ] {
        let pattern = Pattern {
            syntax: Syntax::Regexp,
            text: text.to_owned(),
            case_insensitive: false,
        };
        assert!(
            matches!(pattern.compile(), Err(PatternError::Malformed(_))),
            "{text}"
        );
    }
}

#[test]
fn either_case_means_ascii_letters() {
    let pattern = |text: &str| Pattern {
        syntax: Syntax::Regexp,
        text: text.to_owned(),
        case_insensitive: true,
    };
    assert!(pattern("Wha[k-m]e").compile().unwrap().matches("wHALE"));
    assert!(!pattern("ä").compile().unwrap().matches("Ä"));
}

#[test]
fn what_is_too_much_is_refused_soon() {
    let long = Pattern {
        syntax: Syntax::Prefix,
        text: "x".repeat(limits::PATTERN_CHARS_MAX + 1),
        case_insensitive: false,
    };
    assert_eq!(long.compile().unwrap_err(), PatternError::TooLong(1_001));
    for text in [
        "((a{1000}){1000}){1000}",
        "(a|b)*a(a|b){40}",
        "(((a?){30}){30}){30}",
    ] {
        let pattern = Pattern {
            syntax: Syntax::Regexp,
            text: text.to_owned(),
            case_insensitive: false,
        };
        assert_eq!(pattern.compile().unwrap_err(), PatternError::TooComplex, "{text}");
    }
    let deep = "(".repeat(900);
    assert!(regexp::parse(&deep).is_err());
}

#[test]
fn similarity_is_lucenes() {
    let fuzzy = Fuzzy::new("whale", 2, 1, true);
    assert_eq!(fuzzy.similarity("whale"), Some(1.0));
    assert_eq!(fuzzy.similarity("whlae"), Some(0.8));
    assert_eq!(fuzzy.similarity("whal"), Some(0.75));
    assert_eq!(fuzzy.similarity("xhale"), None);
    assert_eq!(fuzzy.similarity("whalers"), Some(0.6));
    assert_eq!(Fuzzy::new("ab", 2, 0, true).similarity("cd"), None);
    assert_eq!(Fuzzy::new("ab", 2, 0, false).similarity("ba"), None);
}

/// The plain table: insertions, deletions, changes, and swaps of neighbours that nothing was done between.
fn distance(a: &str, b: &str, transpositions: bool) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            let mut least = if i == 0 || j == 0 { i.max(j) } else { usize::MAX };
            if i > 0 && j > 0 {
                least = least
                    .min(table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]))
                    .min(table[i - 1][j] + 1)
                    .min(table[i][j - 1] + 1);
            }
            let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if transpositions && swapped {
                least = least.min(table[i - 2][j - 2] + 1);
            }
            table[i][j] = least;
        }
    }
    table[a.len()][b.len()]
}

proptest! {
    #[test]
    fn fuzzy_words_are_those_within_the_distance(
        a in "[abä]{0,7}", b in "[abä]{0,7}", most in 0_u8..=2, prefix in 0_usize..3, swaps: bool
    ) {
        let fuzzy = Fuzzy::new(&a, most, prefix, swaps);
        let common = a.chars().take(prefix).collect::<String>();
        let expected = b.strip_prefix(&common).is_some_and(|rest| {
            distance(a.strip_prefix(&common).unwrap(), rest, swaps) <= usize::from(most)
        });
        prop_assert_eq!(fuzzy.matches(&b), expected);
        // Whatever matches is alive all the way.
        let mut state = fuzzy.start();
        for c in b.chars() {
            prop_assert!(!(expected && fuzzy.is_dead(state)));
            state = fuzzy.step(state, c);
        }
    }

    #[test]
    fn no_expression_panics(text in r#"([a-c]|[.?*+|{}\[\]()@#"\\0-9,^~&<>-]|ä){0,30}"#, word in "[a-cä]{0,5}") {
        for syntax in [Syntax::Prefix, Syntax::Wildcard, Syntax::Regexp] {
            let pattern = Pattern { syntax, text: text.clone(), case_insensitive: true };
            if let Ok(dfa) = pattern.compile() {
                dfa.matches(&word);
            }
        }
    }
}
