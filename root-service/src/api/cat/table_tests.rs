//! Tables as they are printed.

use super::*;

const COLUMNS: [Column; 4] = [
    Column::left("index", &["i", "idx"], "index name"),
    Column::right("docs.count", &["dc"], "available docs"),
    Column::left("node", &["n"], "name of node"),
    Column::right("docs.deleted", &["dd"], "deleted docs").on_request(),
];

fn rows() -> Vec<Row> {
    [("b", "9", Some("leaf-0-0"), "1"), ("longer", "10", None, "0")]
        .map(|(index, count, node, deleted)| {
            vec![
                Some(index.to_owned()),
                Some(count.to_owned()),
                node.map(str::to_owned),
                Some(deleted.to_owned()),
            ]
        })
        .to_vec()
}

fn view(query: &str, accepted: Accepted) -> Result<View, ApiError> {
    let mut params = Params::parse("/_cat/x", query)?;
    let view = View::take(&mut params, accepted, &COLUMNS)?;
    params.finish()?;
    Ok(view)
}

fn lines(query: &str) -> String {
    let view = view(query, Accepted::Any).unwrap();
    let mut rows = rows();
    rows.sort_by(|a, b| view.compare(a, b));
    view.lines(&COLUMNS, &rows)
}

#[test]
fn columns_are_as_wide_as_their_widest_cell() {
    assert_eq!(lines(""), "b       9 leaf-0-0\nlonger 10 \n");
    assert_eq!(
        lines("v"),
        "index  docs.count node\nb               9 leaf-0-0\nlonger         10 \n"
    );
}

#[test]
fn columns_are_chosen_by_name_alias_or_pattern() {
    assert_eq!(
        lines("h=dc,i&v=true"),
        "docs.count index\n         9 b\n        10 longer\n"
    );
    assert_eq!(lines("h=docs.*"), " 9 1\n10 0\n");
    assert_eq!(lines("h=nothing"), "\n\n");
}

#[test]
fn rows_are_sorted_by_number_where_both_are_numbers() {
    assert_eq!(lines("h=dc&s=docs.count:desc"), "10\n 9\n");
    assert_eq!(lines("h=i&s=n"), "longer\nb\n");
    assert!(view("s=nothing", Accepted::Any).is_err());
}

#[test]
fn json_is_for_those_who_ask() {
    assert!(view("format=json", Accepted::Text).unwrap().json);
    assert!(view("", Accepted::Vendored(8)).unwrap().json);
    assert!(!view("", Accepted::Any).unwrap().json);
    assert!(!view("format=text", Accepted::Json).unwrap().json);
    assert!(view("format=yaml", Accepted::Any).is_err());
    let view = view("format=json&h=i,node", Accepted::Any).unwrap();
    assert_eq!(
        view.objects(&COLUMNS, &rows()).to_string(),
        r#"[{"index":"b","node":"leaf-0-0"},{"index":"longer","node":null}]"#
    );
}

#[test]
fn help_explains_every_column() {
    let help = help(&COLUMNS);
    assert_eq!(help.lines().count(), COLUMNS.len());
    assert!(help.starts_with("index        | i,idx | index name\n"), "{help}");
}
