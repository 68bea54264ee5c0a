//! A router that takes no call without its description.

use std::sync::{Arc, OnceLock};

use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, on};
use axum::{Extension, Router};

use super::{Operation, document, shapes};
use crate::api::answer::Answer;
use crate::api::params::Params;
use crate::api::state::Api;
use crate::error::ApiError;

/// Where the document is.
const PATH: &str = "/_openapi.json";

static DOCUMENT: Operation =
    Operation::new("service", "openapi", "This document").answers(shapes::any_object);

/// A method that calls have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) enum Verb {
    /// Also answers HEAD, without a body.
    Get,
    Head,
    Put,
    Post,
    Delete,
}

impl Verb {
    fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Head => MethodFilter::HEAD,
            Self::Put => MethodFilter::PUT,
            Self::Post => MethodFilter::POST,
            Self::Delete => MethodFilter::DELETE,
        }
    }

    /// As the document writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Head => "head",
            Self::Put => "put",
            Self::Post => "post",
            Self::Delete => "delete",
        }
    }
}

/// One call at one path with one method.
#[derive(Clone, Copy, Debug)]
pub(super) struct Described {
    pub(super) path: &'static str,
    pub(super) verb: Verb,
    pub(super) operation: &'static Operation,
}

/// Routes and what they are.
#[derive(Default)]
pub(in crate::api) struct Calls {
    router: Router<Api>,
    pub(super) described: Vec<Described>,
}

impl Calls {
    /// Routes a call: it is reached by each of the methods at each of the paths.
    pub(in crate::api) fn on<H, T>(
        mut self,
        operation: &'static Operation,
        verbs: &[Verb],
        paths: &[&'static str],
        handler: H,
    ) -> Self
    where
        H: Handler<T, Api>,
        T: 'static,
    {
        let routed = move |filter| on(filter, handler.clone());
        for path in paths {
            self = self.route(operation, verbs, path, &routed);
        }
        self
    }

    fn route(
        mut self,
        operation: &'static Operation,
        verbs: &[Verb],
        path: &'static str,
        method_router: impl Fn(MethodFilter) -> MethodRouter<Api>,
    ) -> Self {
        for &verb in verbs {
            let routed = method_router(verb.filter()).route_layer(Extension(operation));
            self.router = self.router.route(path, routed);
            self.described.push(Described {
                path,
                verb,
                operation,
            });
        }
        self
    }

    /// These calls and others.
    pub(in crate::api) fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.described.extend(other.described);
        self
    }

    /// All calls, the one for the document of them all included.
    pub(in crate::api) fn into_router(mut self) -> Router<Api> {
        self.described.push(Described {
            path: PATH,
            verb: Verb::Get,
            operation: &DOCUMENT,
        });
        let described = self.described;
        // Made when it is first asked for: most roots never are.
        let made = Arc::new(OnceLock::new());
        let answer = move |params: Params| {
            let json = params
                .finish()
                .map(|()| made.get_or_init(|| document::json(&described)).clone());
            async move { Ok::<_, ApiError>(Answer::raw_json(json?)) }
        };
        let routed = on(MethodFilter::GET, answer).route_layer(Extension(&DOCUMENT));
        self.router.route(PATH, routed)
    }
}
