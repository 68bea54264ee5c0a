//! Every path that clients may call, on one screen.

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post, put};

use super::config::ApiConfig;
use super::envelope;
use super::state::Api;
use super::{bulk, cat, cluster, document, index, search, service, trace};
use crate::app::App;

/// The API over a service.
pub fn router(app: App, config: ApiConfig) -> Router {
    let api = Api::new(app, config);
    let config = api.config.clone();
    envelope::wrap(routes().layer(from_fn(trace::request)).with_state(api), config)
}

fn routes() -> Router<Api> {
    Router::new()
        // The service itself.
        .route("/", get(service::info::get))
        .route("/livez", get(service::probes::live))
        .route("/readyz", get(service::probes::ready))
        .route("/metrics", get(service::metrics::get))
        .route("/_license", get(service::license::get))
        .route("/_nodes/http", get(service::nodes::http))
        .route("/_nodes/_all/http", get(service::nodes::http))
        // The cluster.
        .route("/_cluster/health", get(cluster::health::get))
        .route("/_cluster/health/{index}", get(cluster::health::get))
        .route(
            "/_cluster/settings",
            get(cluster::settings::get::get).put(cluster::settings::put::put),
        )
        .route("/_cat/health", get(cat::health::get))
        .route("/_cat/indices", get(cat::indices::get))
        .route("/_cat/indices/{index}", get(cat::indices::get))
        .route("/_cat/shards", get(cat::shards::get))
        .route("/_cat/shards/{index}", get(cat::shards::get))
        // Indexes.
        .route(
            "/{index}",
            put(index::create::put)
                .get(index::get::get)
                .head(index::get::head)
                .delete(index::delete::delete),
        )
        .route("/_mapping", get(index::mapping::get))
        .route(
            "/{index}/_mapping",
            get(index::mapping::get)
                .put(index::mapping::put)
                .post(index::mapping::put),
        )
        .route("/_settings", get(index::get::settings))
        .route("/{index}/_settings", get(index::get::settings))
        .route("/_refresh", get(index::refresh::refresh).post(index::refresh::refresh))
        .route("/{index}/_refresh", get(index::refresh::refresh).post(index::refresh::refresh))
        .route("/_flush", get(index::refresh::refresh).post(index::refresh::refresh))
        .route("/{index}/_flush", get(index::refresh::refresh).post(index::refresh::refresh))
        // Documents.
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
        .route("/{index}/_source/{id}", get(document::source::get))
        // Searches.
        .route("/_search", get(search::post::search).post(search::post::search))
        .route("/{index}/_search", get(search::post::search).post(search::post::search))
        .route("/_count", get(search::count::count).post(search::count::count))
        .route("/{index}/_count", get(search::count::count).post(search::count::count))
}

#[cfg(test)]
#[path = "router_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "router_settings_tests.rs"]
mod settings_tests;
