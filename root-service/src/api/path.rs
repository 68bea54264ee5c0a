//! What stands in the path of a URI, decoded; a path that is not UTF-8 is refused in the API's own shape.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::error::ApiError;

/// The variable parts of the path.
#[derive(Clone, Debug)]
pub(super) struct PathOf<T>(pub(super) T);

/// The only variable part of the path, for calls that also exist without one.
#[derive(Clone, Debug)]
pub(super) struct Target(pub(super) Option<String>);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for PathOf<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(values)) => Ok(Self(values)),
            Err(rejection) => Err(ApiError::illegal(format!(
                "invalid path: {}",
                rejection.body_text()
            ))),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Target {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let PathOf(values) = PathOf::<Vec<(String, String)>>::from_request_parts(parts, state).await?;
        Ok(Self(values.into_iter().next().map(|(_, value)| value)))
    }
}
