//! Query parameters as clients write them.

use super::*;
use crate::offered::{Offered, flag, idle};

const OFFERED: &[Offered] = &[flag("v", "A switch."), idle("local")];
static CALL: Operation = Operation::new("tests", "call", "A call").parameters(&[OFFERED]);

fn params(query: &str) -> Params {
    Params::parse("/a/_search", query).unwrap()
}

#[test]
fn what_nobody_took_is_refused_by_name() {
    let mut one = params("q=x&foo=1&pretty&human=false");
    assert_eq!(one.text("q").as_deref(), Some("x"));
    assert_eq!(
        one.finish().unwrap_err().to_string(),
        "request [/a/_search] contains unrecognized parameter: [foo]"
    );
    assert_eq!(
        params("b=1&c=").finish().unwrap_err().to_string(),
        "request [/a/_search] contains unrecognized parameters: [b], [c]"
    );
    assert_eq!(params("pretty=true&error_trace").finish(), Ok(()));
}

#[test]
fn the_last_of_several_counts_and_text_is_decoded() {
    let mut params = params("q=a&q=b%20c+d%C3%A4");
    assert_eq!(params.text("q").as_deref(), Some("b c dä"));
    assert_eq!(params.text("q"), None);
}

#[test]
fn switches_are_true_false_or_just_there() {
    assert_eq!(params("v").flag("v").unwrap(), Some(true));
    assert_eq!(params("v=false").flag("v").unwrap(), Some(false));
    assert_eq!(params("").flag("v").unwrap(), None);
    let error = params("v=yes").flag("v").unwrap_err().to_string();
    assert!(error.contains("[yes]") && error.contains("[v]"), "{error}");
}

#[test]
fn times_have_a_unit_and_a_limit() {
    let time = |text: &str| params(&format!("timeout={text}")).duration("timeout");
    assert_eq!(time("500ms").unwrap(), Some(Duration::from_millis(500)));
    assert_eq!(time("1m").unwrap(), Some(Duration::from_mins(1)));
    assert_eq!(time("-1").unwrap(), Some(Duration::from_mins(10)));
    for wrong in ["5", "s", "1.5s", "-2s", "1y", "99999999999999999999s", "11m"] {
        assert!(
            time(wrong).unwrap_err().to_string().contains("[timeout]"),
            "{wrong}"
        );
    }
}

#[test]
fn lists_and_values_are_read() {
    let mut params = params("h=a,%20b,,c&size=3&n=x");
    assert_eq!(params.list("h").unwrap(), ["a", "b", "c"]);
    assert_eq!(params.value::<u32>("size").unwrap(), Some(3));
    assert!(params.value::<u32>("n").is_err());
    assert_eq!(params.rest(), []);
}

#[test]
fn a_call_takes_what_it_offers_and_passes_over_what_changes_nothing() {
    let mut taken = params("v&local=x&pretty").of(&CALL);
    assert_eq!(taken.flag("v").unwrap(), Some(true));
    assert_eq!(taken.finish(), Ok(()));
    let error = params("local&other").of(&CALL).finish().unwrap_err();
    assert!(error.to_string().ends_with("parameter: [other]"), "{error}");
}

#[test]
#[should_panic(expected = "[other] of [/a/_search] is read, and not offered")]
#[cfg(debug_assertions)]
fn a_handler_cannot_read_what_its_call_does_not_offer() {
    params("other").of(&CALL).text("other");
}
