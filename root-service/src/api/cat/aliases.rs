//! `GET /_cat/aliases[/{names}]`: one row per alias and index.

use axum::extract::State;

use super::table::{Column, View};
use crate::api::answer::Handled;
use crate::api::media::Accepted;
use crate::api::params::Params;
use crate::api::path::Target;
use crate::app::App;
use crate::dsl::pattern::fits;

const COLUMNS: [Column; 6] = [
    Column::left("alias", &["a"], "alias name"),
    Column::left("index", &["i", "idx"], "index the alias stands for"),
    Column::left("filter", &["f", "fi"], "always -: aliases have no filters"),
    Column::left("routing.index", &["ri", "routingIndex"], "always -"),
    Column::left("routing.search", &["rs", "routingSearch"], "always -"),
    Column::left(
        "is_write_index",
        &["w", "isWriteIndex"],
        "whether writes go there, - if unsaid",
    ),
];

/// The handler.
pub(in crate::api) async fn get(
    State(app): State<App>,
    Target(names): Target,
    accepted: Accepted,
    mut params: Params,
) -> Handled {
    let view = View::take(&mut params, accepted, &COLUMNS)?;
    params.finish()?;
    let wanted: Vec<&str> = names
        .as_deref()
        .unwrap_or("*")
        .split(',')
        .map(str::trim)
        .collect();
    let catalog = app.catalog();
    let mut rows = Vec::new();
    for (alias, indexes) in &catalog.aliases {
        let fitting = |name: &&str| fits(if *name == "_all" { "*" } else { name }, alias);
        if !wanted.iter().any(fitting) {
            continue;
        }
        for (index, of) in indexes {
            let write = of
                .is_write_index
                .map_or_else(|| "-".to_owned(), |is| is.to_string());
            let cells = [alias.as_str(), index, "-", "-", "-", &write];
            rows.push(cells.map(|cell| Some(cell.to_owned())).to_vec());
        }
    }
    Ok(view.answer(&COLUMNS, rows))
}
