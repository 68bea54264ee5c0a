//! Query strings as people type them.

use shared::limits;
use shared::query::{Edge, Operator, Query, QueryKind};

use super::{Defaults, parse};

/// A short, readable form: `+` must, `-` must not, `?` should.
fn shown(query: &Query) -> String {
    let body = match &query.kind {
        QueryKind::MatchAll => "all".to_owned(),
        QueryKind::MatchNone => "none".to_owned(),
        QueryKind::Match { field, words } => format!("{field}:{}", words.text),
        QueryKind::MultiMatch { fields, words, .. } if fields.is_empty() => words.text.clone(),
        QueryKind::MultiMatch { fields, words, .. } => format!("{}:{}", names(fields), words.text),
        QueryKind::MultiFits { fields, pattern, .. } => {
            format!("{}{}({})", names(fields), pattern.syntax.name(), pattern.text)
        }
        QueryKind::MultiFuzzy {
            fields,
            text,
            fuzziness,
            ..
        } => format!("{}{text}~{}", names(fields), fuzziness.edits.of(text)),
        QueryKind::MatchPhrase {
            field, text, slop, ..
        } => format!("{field}:\"{text}\"~{slop}"),
        QueryKind::MultiPhrase {
            fields, text, slop, ..
        } => format!("{}\"{text}\"~{slop}", names(fields)),
        QueryKind::Exists { field } => format!("exists({field})"),
        QueryKind::Range {
            field, lower, upper, ..
        } => format!("{field}{}..{}", edge(lower), edge(upper)),
        QueryKind::Bool {
            must,
            should,
            must_not,
            ..
        } => {
            let parts = [("+", must), ("?", should), ("-", must_not)];
            let all = parts
                .iter()
                .flat_map(|(sign, part)| part.iter().map(move |query| format!("{sign}{}", shown(query))));
            format!("({})", all.collect::<Vec<_>>().join(" "))
        }
        other => format!("{other:?}"),
    };
    if query.boost == 1.0 {
        body
    } else {
        format!("{body}^{}", query.boost)
    }
}

fn names(fields: &[(String, f32)]) -> String {
    let names = fields.iter().map(|(name, boost)| format!("{name}^{boost}"));
    names.collect::<Vec<_>>().join(",")
}

fn edge(edge: &Edge) -> String {
    match edge {
        Edge::Open => "*".to_owned(),
        Edge::Included(value) => format!("[{}]", value.as_str().unwrap()),
        Edge::Excluded(value) => format!("({})", value.as_str().unwrap()),
    }
}

fn read(text: &str) -> String {
    match parse(text, &Defaults::default()) {
        Ok(query) => shown(&query),
        Err(error) => format!("{error}"),
    }
}

#[test]
fn words_phrases_and_operators() {
    for (text, expected) in [
        ("whale", "whale"),
        ("white whale", "(?white ?whale)"),
        ("white AND whale", "(+white +whale)"),
        ("a AND b OR c", "(?(+a +b) ?c)"),
        ("white && whale || shark", "(?(+white +whale) ?shark)"),
        ("+white -whale", "(+white -whale)"),
        ("white NOT whale", "(?white -whale)"),
        ("white !whale", "(?white -whale)"),
        ("NOT whale", "(-whale)"),
        ("-whale", "(-whale)"),
        ("NOT(whale)", "(-whale)"),
        ("whale AND(white OR black)", "(+whale +(?white ?black))"),
        ("(a b) (c d)", "(?(?a ?b) ?(?c ?d))"),
        ("((((whale))))", "whale"),
        ("\"white whale\"", "\"white whale\"~0"),
        ("\"white whale\"~3", "\"white whale\"~3"),
        ("\"say \\\"ahoy\\\"\"", "\"say \"ahoy\"\"~0"),
        ("whale^2 shark^.5", "(?whale^2 ?shark^0.5)"),
        ("\"white whale\"^3", "\"white whale\"~0^3"),
        ("(a b)^2", "(?a ?b)^2"),
        ("*", "all"),
        ("*:*", "all"),
        ("", "none"),
        ("  \t ", "none"),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn fields_ranges_and_existence() {
    for (text, expected) in [
        ("title:whale", "title:whale"),
        ("title: whale", "title:whale"),
        ("title : whale", "(?title ?: ?whale)"),
        ("title:whale sea", "(?title:whale ?sea)"),
        ("title:\"white whale\"~2", "title:\"white whale\"~2"),
        ("title:(white OR whale)", "(?title:white ?title:whale)"),
        ("author.name:melville", "author.name:melville"),
        ("t*le:whale", "t*le^1:whale"),
        ("year:[1840 TO 1860]", "year[1840]..[1860]"),
        ("year:{1840 TO 1860}", "year(1840)..(1860)"),
        ("year:[1840 TO 1860}", "year[1840]..(1860)"),
        ("year:[* TO 1860]", "year*..[1860]"),
        ("year:[* TO *]", "exists(year)"),
        ("year:>=1840", "year[1840]..*"),
        ("year:>1840 year:<1860", "(?year(1840)..* ?year*..(1860))"),
        (
            "date:[\"2014-01-01\" TO now-1d/d]",
            "date[2014-01-01]..[now-1d/d]",
        ),
        ("date:2014-01-01T10:11:12", "date:2014-01-01T10:11:12"),
        ("temperature:-5", "temperature:-5"),
        ("temperature:[-5 TO 5]", "temperature[-5]..[5]"),
        ("year:*", "exists(year)"),
        ("_exists_:year", "exists(year)"),
        ("whale AND year:1851", "(+whale +year:1851)"),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn what_people_type_is_taken_for_what_they_mean() {
    for (text, expected) in [
        ("don't panic", "(?don't ?panic)"),
        ("'quoted'", "'quoted'"),
        ("what is this?", "(?what ?is ?this?)"),
        ("hello, world!", "(?hello, ?world!)"),
        ("C++ and C#", "(?C++ ?and ?C#)"),
        ("foo-bar", "foo-bar"),
        ("rock - paper", "(?rock ?paper)"),
        ("AT&T", "AT&T"),
        ("/usr/bin", "/usr/bin"),
        ("and/or", "and/or"),
        ("a->b x<y", "(?a->b ?x<y)"),
        ("MADE IN CHINA", "(?MADE ?IN ?CHINA)"),
        ("10 % of 5$", "(?10 ?% ?of ?5$)"),
        ("naïve café 東京", "(?naïve ?café ?東京)"),
        ("user@example.org", "user@example.org"),
        ("foo\\*", "foo*"),
        ("\\(1\\+1\\)\\:2", "(1+1):2"),
        ("\\AND", "AND"),
        ("a\\ b", "a b"),
        ("`ls`", "`ls`"),
        ("~5 km", "(?~5 ?km)"),
        ("i\u{0}j", "(?i ?j)"),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

#[test]
fn repeated_words_keep_their_weight() {
    assert_eq!(read("whale whale white whale"), "(?whale ?whale ?white ?whale)");
    assert_eq!(read("\"a b\" \"a b\""), "(?\"a b\"~0 ?\"a b\"~0)");
    assert_eq!(read("title:a title:a"), "(?title:a ?title:a)");
}

#[test]
fn what_is_not_offered_says_so() {
    let error = read("\"white wh\"*");
    assert!(error.starts_with("Failed to parse query ["), "{error}");
    assert!(
        error.contains("prefixes of phrases") && error.contains("not offered"),
        "{error}"
    );
}

#[test]
fn malformed_strings_say_why() {
    for (text, why) in [
        ("(white whale", "a [(] has no [)]"),
        ("white whale)", "a [)] has no [(]"),
        ("()", "a group is empty"),
        ("\"white whale", "a [\"] has no second one"),
        ("year:[1840 TO", "a [[] has no end"),
        ("AND whale", "it begins with the operator [AND]"),
        ("whale OR", "it ends with the operator [OR]"),
        ("whale AND NOT", "it ends with the operator [NOT]"),
        ("title:", "no value after [title:]"),
        ("whale^", "a boost [^] must follow something and have a number"),
        ("whale^-1", "a boost [^]"),
        ("^2", "a boost [^]"),
        (
            "\"a b\"~99",
            "the slop of a phrase must be a number from 0 to the limit of [10]",
        ),
        ("year:[1 2 3]", "expected words"),
        ("[1 TO 2]", "a range needs a field"),
    ] {
        let error = read(text);
        assert!(
            error.starts_with("Failed to parse query [") && error.contains(why),
            "{text}: {error}"
        );
    }
}

#[test]
fn deep_and_long_strings_are_refused_before_they_are_parsed() {
    let deep = limits::QUERY_STRING_DEPTH_MAX + 1;
    for text in [
        format!("{}a{}", "(".repeat(deep), ")".repeat(deep)),
        format!("{}a", "NOT ".repeat(deep)),
        format!("{}a{}", "NOT(".repeat(deep), ")".repeat(deep)),
        format!("{}a{}", "NOT NOT (".repeat(deep / 2), ")".repeat(deep / 2)),
        format!("{}a{}", "f:(".repeat(deep), ")".repeat(deep)),
        "(".repeat(4_000),
        "!".repeat(4_000) + "a",
    ] {
        let error = read(&text);
        assert!(error.contains("limit of [50]"), "{error}");
    }
    let long = read(&"a".repeat(limits::QUERY_STRING_BYTES_MAX + 1));
    assert!(long.contains("the limit is [8192]"), "{long}");
    let words = read(&"a ".repeat(2_000));
    assert!(words.contains("limit of [1024] clauses"), "{words}");
    // Wide is not deep.
    assert!(read(&"NOT a ".repeat(100)).starts_with("(-a"));
    assert!(read(&"(a b) ".repeat(100)).starts_with("(?(?a"));
}

#[test]
fn defaults_give_fields_and_operator() {
    let title = Defaults {
        fields: vec![("title".to_owned(), 2.0)],
        operator: Operator::And,
        ..Defaults::default()
    };
    let query = parse("white whale year:1851", &title).unwrap();
    assert_eq!(shown(&query), "(+title:white^2 +title:whale^2 +year:1851)");
    let both = Defaults {
        fields: vec![("title".to_owned(), 2.0), ("body".to_owned(), 1.0)],
        operator: Operator::Or,
        ..Defaults::default()
    };
    let query = parse("white \"a whale\"", &both).unwrap();
    assert_eq!(
        shown(&query),
        "(?title^2,body^1:white ?title^2,body^1\"a whale\"~0)"
    );
}

#[test]
fn a_required_stop_word_asks_for_nothing() {
    let query = parse("+the whale", &Defaults::default()).unwrap();
    let QueryKind::Bool { must, should, .. } = query.kind else {
        panic!("{query:?}");
    };
    for (queries, expected) in [(must, true), (should, false)] {
        let QueryKind::MultiMatch { words, .. } = &queries[0].kind else {
            panic!("{queries:?}");
        };
        assert_eq!(words.zero_terms_match_all, expected);
    }
}

#[test]
fn words_are_as_fuzzy_as_the_limit() {
    for text in ["wahle~3", "wahle~0.5"] {
        let error = parse(text, &Defaults::default()).unwrap_err().to_string();
        assert!(error.contains("must be 0, 1 or 2"), "{error}");
    }
}

#[test]
fn words_may_be_patterns() {
    for (text, expected) in [
        ("whal*", "prefix(whal)"),
        ("whal*^2", "prefix(whal)^2"),
        ("wh*e", "wildcard(wh*e)"),
        ("*ale", "wildcard(*ale)"),
        ("title:wh?le", "title^1wildcard(wh?le)"),
        (r"a\*b*c", r"wildcard(a\*b*c)"),
        ("wahle~", "wahle~1"),
        ("wahlea~", "wahlea~2"),
        ("title:wahle~2", "title^1wahle~2"),
        ("/wh[ai]le/", "regexp(wh[ai]le)"),
        ("title:/a (b|c) d/ e", "(?title^1regexp(a (b|c) d) ?e)"),
        (r"/a\/b\.c/", r"regexp(a/b\.c)"),
        ("whal* whal*", "(?prefix(whal) ?prefix(whal))"),
        ("NOT whal*", "(-prefix(whal))"),
        ("+wh*e -sh?rk", "(+wildcard(wh*e) -wildcard(sh?rk))"),
    ] {
        assert_eq!(read(text), expected, "{text}");
    }
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_string_panics(text in r#"([a-c ]|AND |OR |NOT |[+!:^~*?"'/(){}\[\]<>=\\.,0-9-]|TO |ä|\PC){0,60}"#) {
            let _ = parse(&text, &Defaults::default());
        }

        #[test]
        fn plain_words_are_all_found_again(words in prop::collection::vec("[a-zäé]{1,6}", 2..20)) {
            let query = parse(&words.join(" "), &Defaults::default()).unwrap();
            let QueryKind::Bool { should, .. } = query.kind else { panic!() };
            prop_assert_eq!(should.iter().map(shown).collect::<Vec<_>>(), words);
        }
    }
}
