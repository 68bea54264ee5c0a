//! Every path that clients may call, on one screen.

use axum::Router;
use axum::middleware::from_fn;

use super::config::ApiConfig;
use super::envelope;
use super::openapi::Calls;
use super::openapi::Verb::{Delete, Get, Head, Post, Put};
use super::state::Api;
use super::{alias, bulk, cat, cluster, document, index, search, service, stats, trace};
use crate::app::App;

/// The API over a service.
pub fn router(app: App, config: ApiConfig) -> Router {
    let api = Api::new(app, config);
    let config = api.config.clone();
    envelope::wrap(
        calls()
            .into_router()
            .layer(from_fn(trace::request))
            .with_state(api),
        config,
    )
}

/// All calls. What they are, and which parameters they have, is said in the `calls.rs` beside their handlers.
pub(super) fn calls() -> Calls {
    service_itself()
        .merge(whole_cluster())
        .merge(tables())
        .merge(indexes())
        .merge(what_indexes_lack())
        .merge(aliases())
        .merge(documents())
        .merge(searches())
}

fn service_itself() -> Calls {
    use service::calls::{HTTP, INFO, LICENSE, LIVE, METRICS, NODES, READY};
    Calls::default()
        .on(&INFO, &[Get], &["/"], service::info::get)
        .on(&LIVE, &[Get], &["/livez"], service::probes::live)
        .on(&READY, &[Get], &["/readyz"], service::probes::ready)
        .on(&METRICS, &[Get], &["/metrics"], service::metrics::get)
        .on(&LICENSE, &[Get], &["/_license"], service::license::get)
        .on(&NODES, &[Get], &["/_nodes", "/_nodes/_all"], service::nodes::all)
        .on(
            &HTTP,
            &[Get],
            &["/_nodes/http", "/_nodes/_all/http"],
            service::nodes::http,
        )
}

fn whole_cluster() -> Calls {
    use cluster::calls::{HEALTH, PUT_SETTINGS, SETTINGS};
    use stats::calls::{CLUSTER, INDEXES, NODES};
    let health = ["/_cluster/health", "/_cluster/health/{index}"];
    let of_nodes = ["/_nodes/stats", "/_nodes/_all/stats"];
    Calls::default()
        .on(&HEALTH, &[Get], &health, cluster::health::get)
        .on(
            &SETTINGS,
            &[Get],
            &["/_cluster/settings"],
            cluster::settings::get::get,
        )
        .on(
            &PUT_SETTINGS,
            &[Put],
            &["/_cluster/settings"],
            cluster::settings::put::put,
        )
        .on(&CLUSTER, &[Get], &["/_cluster/stats"], stats::cluster::get)
        .on(&NODES, &[Get], &of_nodes, stats::nodes::get)
        .on(
            &INDEXES,
            &[Get],
            &["/_stats", "/{index}/_stats"],
            stats::indexes::get,
        )
        .on(&INDEXES, &[Get], &["/_stats/{metrics}"], stats::indexes::metrics)
        .on(
            &INDEXES,
            &[Get],
            &["/{index}/_stats/{metrics}"],
            stats::indexes::metrics_of,
        )
}

fn tables() -> Calls {
    use cat::calls::{ALIASES, COUNT, HEALTH, INDICES, NODES, SHARDS};
    Calls::default()
        .on(&NODES, &[Get], &["/_cat/nodes"], cat::nodes::get)
        .on(&HEALTH, &[Get], &["/_cat/health"], cat::health::get)
        .on(
            &COUNT,
            &[Get],
            &["/_cat/count", "/_cat/count/{index}"],
            cat::count::get,
        )
        .on(
            &INDICES,
            &[Get],
            &["/_cat/indices", "/_cat/indices/{index}"],
            cat::indices::get,
        )
        .on(
            &SHARDS,
            &[Get],
            &["/_cat/shards", "/_cat/shards/{index}"],
            cat::shards::get,
        )
        .on(
            &ALIASES,
            &[Get],
            &["/_cat/aliases", "/_cat/aliases/{name}"],
            cat::aliases::get,
        )
}

fn indexes() -> Calls {
    use index::calls::{
        ANALYZE, ANALYZE_OF, CREATE, DELETE, EXISTS, FIELDS, FLUSH, GET, MAPPING, PUT_MAPPING, PUT_SETTINGS,
        REFRESH, RESOLVE, SETTINGS,
    };
    use index::{analyze, get, mapping, put_settings, refresh};
    let settings = ["/_settings", "/{index}/_settings"];
    Calls::default()
        .on(&GET, &[Get], &["/{index}"], get::get)
        .on(&EXISTS, &[Head], &["/{index}"], get::head)
        .on(&CREATE, &[Put], &["/{index}"], index::create::put)
        .on(&DELETE, &[Delete], &["/{index}"], index::delete::delete)
        .on(
            &MAPPING,
            &[Get],
            &["/_mapping", "/{index}/_mapping"],
            mapping::get,
        )
        .on(&PUT_MAPPING, &[Put, Post], &["/{index}/_mapping"], mapping::put)
        .on(
            &FIELDS,
            &[Get],
            &["/_mapping/field/{fields}"],
            mapping::fields_of_all,
        )
        .on(
            &FIELDS,
            &[Get],
            &["/{index}/_mapping/field/{fields}"],
            mapping::fields_of_some,
        )
        .on(&SETTINGS, &[Get], &settings, get::settings)
        .on(&PUT_SETTINGS, &[Put], &settings, put_settings::put)
        .on(&ANALYZE, &[Get, Post], &["/_analyze"], analyze::of_none)
        .on(&ANALYZE_OF, &[Get, Post], &["/{index}/_analyze"], analyze::of_one)
        .on(
            &RESOLVE,
            &[Get],
            &["/_resolve/index/{index}"],
            index::resolve::get,
        )
        .on(
            &REFRESH,
            &[Get, Post],
            &["/_refresh", "/{index}/_refresh"],
            refresh::refresh,
        )
        .on(
            &FLUSH,
            &[Get, Post],
            &["/_flush", "/{index}/_flush"],
            refresh::refresh,
        )
}

/// What clients ask for before they do something, and is not there.
fn what_indexes_lack() -> Calls {
    use index::calls::{DATA_STREAMS, PUT_TEMPLATE, TEMPLATE_EXISTS, TEMPLATES};
    use index::{data_streams, templates};
    let streams = ["/_data_stream", "/_data_stream/{name}"];
    let all = ["/_index_template", "/_index_template/{name}"];
    let one = ["/_index_template/{name}"];
    Calls::default()
        .on(&DATA_STREAMS, &[Get], &streams, data_streams::get)
        .on(&TEMPLATES, &[Get], &all, templates::get)
        .on(&TEMPLATE_EXISTS, &[Head], &one, templates::get)
        .on(&PUT_TEMPLATE, &[Put, Post], &one, templates::put)
}

fn aliases() -> Calls {
    use alias::calls::{CHANGES, DELETE, EXISTS, GET, PUT};
    use alias::{get, post, put};
    let one = ["/{index}/_alias/{name}", "/{index}/_aliases/{name}"];
    Calls::default()
        .on(
            &GET,
            &[Get],
            &["/_alias", "/{index}/_alias", "/_aliases"],
            get::all,
        )
        .on(&GET, &[Get], &["/_alias/{name}"], get::named)
        .on(&GET, &[Get], &["/{index}/_alias/{name}"], get::named_of)
        .on(&EXISTS, &[Head], &["/_alias/{name}"], get::head)
        .on(&EXISTS, &[Head], &["/{index}/_alias/{name}"], get::head_of)
        .on(&PUT, &[Put, Post], &one, put::put)
        .on(&DELETE, &[Delete], &one, put::delete)
        .on(&CHANGES, &[Post], &["/_aliases"], post::post)
}

fn documents() -> Calls {
    use document::calls::{ADD, BULK, CREATE, DELETE, DELETE_BY_QUERY, GET, INDEX, MGET, SOURCE, UPDATE};
    use document::{delete_by_query, get, many, put, source, update};
    let one = ["/{index}/_doc/{id}"];
    Calls::default()
        .on(
            &BULK,
            &[Post, Put],
            &["/_bulk", "/{index}/_bulk"],
            bulk::post::post,
        )
        .on(&ADD, &[Post], &["/{index}/_doc"], put::post)
        .on(&GET, &[Get], &one, get::get)
        .on(&INDEX, &[Put, Post], &one, put::put)
        .on(&DELETE, &[Delete], &one, document::delete::delete)
        .on(&CREATE, &[Put, Post], &["/{index}/_create/{id}"], put::create)
        .on(&UPDATE, &[Post], &["/{index}/_update/{id}"], update::post)
        .on(&SOURCE, &[Get], &["/{index}/_source/{id}"], source::get)
        .on(
            &DELETE_BY_QUERY,
            &[Post],
            &["/{index}/_delete_by_query"],
            delete_by_query::post,
        )
        .on(&MGET, &[Get, Post], &["/_mget", "/{index}/_mget"], many::get)
}

fn searches() -> Calls {
    use search::calls::{
        CLEAR, CLOSE_PIT, COUNT, CREATE_PIT, DELETE_ALL_PITS, DELETE_PIT, EXPLAIN, FIELD_CAPS, MSEARCH, NEXT,
        OPEN_PIT, SEARCH, SEARCH_SHARDS, VALIDATE,
    };
    use search::{count, explain, field_caps, many, pit, post, scrolling, validate, where_shards};
    let both = &[Get, Post];
    let scroll = ["/_search/scroll", "/_search/scroll/{id}"];
    Calls::default()
        .on(&SEARCH, both, &["/_search", "/{index}/_search"], post::search)
        .on(&MSEARCH, both, &["/_msearch", "/{index}/_msearch"], many::search)
        .on(&COUNT, both, &["/_count", "/{index}/_count"], count::count)
        .on(&NEXT, both, &scroll, scrolling::next)
        .on(&CLEAR, &[Delete], &scroll, scrolling::clear)
        .on(&OPEN_PIT, &[Post], &["/{index}/_pit"], pit::open)
        .on(&CLOSE_PIT, &[Delete], &["/_pit"], pit::close)
        .on(
            &CREATE_PIT,
            &[Post],
            &["/{index}/_search/point_in_time"],
            pit::open_opensearch,
        )
        .on(
            &DELETE_PIT,
            &[Delete],
            &["/_search/point_in_time"],
            pit::close_opensearch,
        )
        .on(
            &DELETE_ALL_PITS,
            &[Delete],
            &["/_search/point_in_time/_all"],
            pit::close_all,
        )
        .on(&EXPLAIN, both, &["/{index}/_explain/{id}"], explain::explain)
        .on(
            &VALIDATE,
            both,
            &["/_validate/query", "/{index}/_validate/query"],
            validate::query,
        )
        .on(
            &FIELD_CAPS,
            both,
            &["/_field_caps", "/{index}/_field_caps"],
            field_caps::get,
        )
        .on(
            &SEARCH_SHARDS,
            both,
            &["/_search_shards", "/{index}/_search_shards"],
            where_shards::get,
        )
}

#[cfg(test)]
#[path = "router_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "router_names_tests.rs"]
mod names_tests;

#[cfg(test)]
#[path = "router_calls_tests.rs"]
mod calls_tests;

#[cfg(test)]
#[path = "router_pits_tests.rs"]
mod pits_tests;

#[cfg(test)]
#[path = "router_settings_tests.rs"]
mod settings_tests;

#[cfg(test)]
#[path = "router_shown_tests.rs"]
mod shown_tests;

#[cfg(test)]
#[path = "router_carried_tests.rs"]
mod carried_tests;

#[cfg(test)]
#[path = "router_openapi_tests.rs"]
mod openapi_tests;
