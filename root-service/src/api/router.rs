//! Every path that clients may call, on one screen.

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{delete, get, post, put};

use super::config::ApiConfig;
use super::envelope;
use super::state::Api;
use super::{alias, bulk, cat, cluster, document, index, search, service, stats, trace};
use crate::app::App;

/// The API over a service.
pub fn router(app: App, config: ApiConfig) -> Router {
    let api = Api::new(app, config);
    let config = api.config.clone();
    envelope::wrap(routes().layer(from_fn(trace::request)).with_state(api), config)
}

fn routes() -> Router<Api> {
    Router::new()
        .merge(service_itself())
        .merge(whole_cluster())
        .merge(indexes())
        .merge(aliases())
        .merge(documents())
        .merge(searches())
}

fn service_itself() -> Router<Api> {
    Router::new()
        .route("/", get(service::info::get))
        .route("/livez", get(service::probes::live))
        .route("/readyz", get(service::probes::ready))
        .route("/metrics", get(service::metrics::get))
        .route("/_license", get(service::license::get))
        .route("/_nodes", get(service::nodes::all))
        .route("/_nodes/_all", get(service::nodes::all))
        .route("/_nodes/stats", get(stats::nodes::get))
        .route("/_nodes/_all/stats", get(stats::nodes::get))
        .route("/_nodes/http", get(service::nodes::http))
        .route("/_nodes/_all/http", get(service::nodes::http))
}

fn whole_cluster() -> Router<Api> {
    Router::new()
        .route("/_cluster/health", get(cluster::health::get))
        .route("/_cluster/health/{index}", get(cluster::health::get))
        .route(
            "/_cluster/settings",
            get(cluster::settings::get::get).put(cluster::settings::put::put),
        )
        .route("/_cluster/stats", get(stats::cluster::get))
        .route("/_cat/nodes", get(cat::nodes::get))
        .route("/_cat/count", get(cat::count::get))
        .route("/_cat/count/{index}", get(cat::count::get))
        .route("/_cat/health", get(cat::health::get))
        .route("/_cat/indices", get(cat::indices::get))
        .route("/_cat/indices/{index}", get(cat::indices::get))
        .route("/_cat/shards", get(cat::shards::get))
        .route("/_cat/shards/{index}", get(cat::shards::get))
        .route("/_cat/aliases", get(cat::aliases::get))
        .route("/_cat/aliases/{name}", get(cat::aliases::get))
}

fn indexes() -> Router<Api> {
    Router::new()
        .route(
            "/{index}",
            put(index::create::put)
                .get(index::get::get)
                .head(index::get::head)
                .delete(index::delete::delete),
        )
        .route("/_mapping", get(index::mapping::get))
        .route("/_mapping/field/{fields}", get(index::mapping::fields_of_all))
        .route("/{index}/_mapping/field/{fields}", get(index::mapping::fields_of_some))
        .route(
            "/{index}/_mapping",
            get(index::mapping::get)
                .put(index::mapping::put)
                .post(index::mapping::put),
        )
        .route(
            "/_settings",
            get(index::get::settings).put(index::put_settings::put),
        )
        .route(
            "/{index}/_settings",
            get(index::get::settings).put(index::put_settings::put),
        )
        .route(
            "/_analyze",
            get(index::analyze::of_none).post(index::analyze::of_none),
        )
        .route(
            "/{index}/_analyze",
            get(index::analyze::of_one).post(index::analyze::of_one),
        )
        .route("/_resolve/index/{index}", get(index::resolve::get))
        .route("/_stats", get(stats::indexes::get))
        .route("/_stats/{metrics}", get(stats::indexes::metrics))
        .route("/{index}/_stats", get(stats::indexes::get))
        .route("/{index}/_stats/{metrics}", get(stats::indexes::metrics_of))
        .route(
            "/_refresh",
            get(index::refresh::refresh).post(index::refresh::refresh),
        )
        .route(
            "/{index}/_refresh",
            get(index::refresh::refresh).post(index::refresh::refresh),
        )
        .route(
            "/_flush",
            get(index::refresh::refresh).post(index::refresh::refresh),
        )
        .route(
            "/{index}/_flush",
            get(index::refresh::refresh).post(index::refresh::refresh),
        )
}

fn aliases() -> Router<Api> {
    Router::new()
        .route("/_alias", get(alias::get::all))
        .route("/_alias/{name}", get(alias::get::named).head(alias::get::head))
        .route("/{index}/_alias", get(alias::get::all))
        .route(
            "/{index}/_alias/{name}",
            get(alias::get::named_of)
                .head(alias::get::head_of)
                .put(alias::put::put)
                .post(alias::put::put)
                .delete(alias::put::delete),
        )
        .route(
            "/{index}/_aliases/{name}",
            put(alias::put::put)
                .post(alias::put::put)
                .delete(alias::put::delete),
        )
        .route("/_aliases", get(alias::get::all).post(alias::post::post))
}

fn documents() -> Router<Api> {
    Router::new()
        .route("/_bulk", post(bulk::post::post).put(bulk::post::post))
        .route("/{index}/_bulk", post(bulk::post::post).put(bulk::post::post))
        .route("/{index}/_doc", post(document::put::post))
        .route(
            "/{index}/_doc/{id}",
            get(document::get::get)
                .put(document::put::put)
                .post(document::put::put)
                .delete(document::delete::delete),
        )
        .route(
            "/{index}/_create/{id}",
            put(document::put::create).post(document::put::create),
        )
        .route("/{index}/_update/{id}", post(document::update::post))
        .route("/{index}/_source/{id}", get(document::source::get))
        .route("/{index}/_delete_by_query", post(document::delete_by_query::post))
        .route("/_mget", get(document::many::get).post(document::many::get))
        .route(
            "/{index}/_mget",
            get(document::many::get).post(document::many::get),
        )
}

fn searches() -> Router<Api> {
    Router::new()
        .route("/_search", get(search::post::search).post(search::post::search))
        .route(
            "/{index}/_search",
            get(search::post::search).post(search::post::search),
        )
        .route(
            "/_search/scroll",
            get(search::scrolling::next)
                .post(search::scrolling::next)
                .delete(search::scrolling::clear),
        )
        .route(
            "/_search/scroll/{id}",
            get(search::scrolling::next)
                .post(search::scrolling::next)
                .delete(search::scrolling::clear),
        )
        .route("/{index}/_pit", post(search::pit::open))
        .route("/_pit", delete(search::pit::close))
        .route(
            "/{index}/_search/point_in_time",
            post(search::pit::open_opensearch),
        )
        .route(
            "/_search/point_in_time",
            delete(search::pit::close_opensearch),
        )
        .route("/_search/point_in_time/_all", delete(search::pit::close_all))
        .route("/_msearch", get(search::many::search).post(search::many::search))
        .route(
            "/{index}/_msearch",
            get(search::many::search).post(search::many::search),
        )
        .route(
            "/_field_caps",
            get(search::field_caps::get).post(search::field_caps::get),
        )
        .route(
            "/{index}/_field_caps",
            get(search::field_caps::get).post(search::field_caps::get),
        )
        .route(
            "/_search_shards",
            get(search::where_shards::get).post(search::where_shards::get),
        )
        .route(
            "/{index}/_search_shards",
            get(search::where_shards::get).post(search::where_shards::get),
        )
        .route(
            "/{index}/_explain/{id}",
            get(search::explain::explain).post(search::explain::explain),
        )
        .route(
            "/_validate/query",
            get(search::validate::query).post(search::validate::query),
        )
        .route(
            "/{index}/_validate/query",
            get(search::validate::query).post(search::validate::query),
        )
        .route("/_count", get(search::count::count).post(search::count::count))
        .route(
            "/{index}/_count",
            get(search::count::count).post(search::count::count),
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
