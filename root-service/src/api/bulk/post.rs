//! `POST|PUT /_bulk` and `/{index}/_bulk`.

use axum::extract::State;
use shared::deadline::Deadline;
use shared::limits;
use tokio::time::Instant;

use super::answer::render;
use super::reader::{Bulk, BulkReader, Defaults};
use crate::api::answer::{Answer, Handled};
use crate::api::body::{Bodies, Chunks, Payload, Share, on_cpu};
use crate::api::document::WriteParams;
use crate::api::media::BodyType;
use crate::api::params::Params;
use crate::api::path::Target;
use crate::api::state::Api;
use crate::api::targets;
use crate::error::ApiError;

/// Chunks are gathered to about this many bytes before a thread reads their lines.
const SLICE_BYTES: usize = 256 * 1024;
/// What an operation takes in memory besides its bytes, about: small operations must not slip through the limit on bytes.
const OPERATION_BYTES: usize = 256;
/// About what an item of the answer takes.
const ITEM_BYTES: usize = 160;

/// The handler.
pub(in crate::api) async fn post(
    State(api): State<Api>,
    Target(index): Target,
    mut params: Params,
    payload: Payload,
) -> Handled {
    let arrived = Instant::now();
    let options = WriteParams::take(&mut params, api.config.write_timeout)?;
    params.finish()?;
    if let Some(index) = &index {
        targets::one(index, "a bulk")?;
    }
    let defaults = Defaults {
        index,
        routing: options.routing,
    };
    let (bulk, _share) = read(payload, &api.bodies, defaults).await?;
    let deadline = Deadline::after(arrived, options.timeout);
    let Bulk { items, writes } = bulk;
    let results = if writes.is_empty() {
        Vec::new()
    } else {
        api.app.write(writes, options.refresh, deadline).await
    };
    let took_ms = arrived.elapsed().as_millis();
    let json = on_cpu(items.len() * ITEM_BYTES, move || render(&items, results, took_ms)).await;
    Ok(Answer::raw_json(json))
}

/// Reads the whole body before anything is applied. What comes back with it is its share of the process's memory.
async fn read(payload: Payload, bodies: &Bodies, defaults: Defaults) -> Result<(Bulk, Share), ApiError> {
    let mut chunks = payload.chunks(bodies, limits::BODY_BYTES_MAX)?;
    let mut reader = BulkReader::new(defaults);
    let mut slice = Vec::new();
    let mut slice_bytes = 0;
    while let Some(chunk) = chunks.next().await? {
        if slice.is_empty() {
            chunks.check_type(&[BodyType::Json, BodyType::Ndjson])?;
        }
        slice_bytes += chunk.len();
        slice.push(chunk);
        if slice_bytes >= SLICE_BYTES {
            reader = feed(reader, std::mem::take(&mut slice), slice_bytes, &mut chunks).await?;
            slice_bytes = 0;
        }
    }
    let reader = feed(reader, slice, slice_bytes, &mut chunks).await?;
    Ok((reader.finish()?, chunks.into_share()))
}

/// Reads the lines of a slice on a thread that may take its time.
async fn feed(
    mut reader: BulkReader,
    slice: Vec<axum::body::Bytes>,
    bytes: usize,
    chunks: &mut Chunks,
) -> Result<BulkReader, ApiError> {
    let before = reader.items();
    let fed = on_cpu(bytes, move || {
        slice.iter().try_for_each(|chunk| reader.feed(chunk))?;
        Ok(reader)
    });
    let reader = fed.await.map_err(|error| chunks.refuse(error))?;
    chunks.reserve((reader.items() - before) * OPERATION_BYTES)?;
    Ok(reader)
}
