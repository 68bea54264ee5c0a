//! Whether what is missing from an answer makes it an error.

use shared::wire::Pin;

use super::gather::Gathered;
use super::result::{Cause, ShardReport};
use crate::error::{ApiError, FailedShard};

/// Whether what is missing makes the whole answer an error.
pub(super) fn judge(
    name: &str,
    pin: Option<Pin>,
    all_or_nothing: bool,
    gathered: &Gathered,
) -> Result<(), ApiError> {
    let coverage = &gathered.coverage;
    if !coverage.degraded() {
        return Ok(());
    }
    if let Some(refusal) = refusal(gathered) {
        return Err(refusal.in_index(name));
    }
    let total = gathered.shards.total;
    if coverage.shards_shed == total {
        let reason = "every leaf is overloaded".to_owned();
        return Err(ApiError::Rejected {
            reason,
            retry_after_seconds: 1,
        });
    }
    let mut causes = gathered.shards.failures.iter().map(|report| report.cause);
    if let Some(pin) = pin
        && coverage.shards_failed == total
        && causes.all(|cause| cause == Cause::NoPin)
    {
        return Err(ApiError::NoSearchContext(pin.id));
    }
    if coverage.shards_failed == total {
        let failed = |report: &ShardReport| FailedShard {
            index: name.to_owned(),
            shard: report.shard.0,
            kind: report.cause.kind(),
            reason: report.reason.clone(),
        };
        return Err(ApiError::AllShardsFailed(
            gathered.shards.failures.iter().map(failed).collect(),
        ));
    }
    if !all_or_nothing {
        return Ok(());
    }
    let (covered, all) = (coverage.documents_covered, coverage.documents_total);
    let missing = gathered.shards.failures.len();
    Err(ApiError::Incomplete(format!(
        "{missing} of {total} shards are missing or incomplete; {covered} of {all} documents were covered"
    )))
}

/// What a leaf said of a query that turned out to be too much, such as a pattern that too many terms fit: it is the client's
/// to change.
fn refusal(gathered: &Gathered) -> Option<ApiError> {
    const SAYS: &str = "bad request: ";
    let reports = gathered.shards.failures.iter();
    let (_, reason) = reports
        .filter(|report| report.cause == Cause::Failed)
        .find_map(|report| report.reason.split_once(SAYS))?;
    Some(ApiError::query(format!("failed to create query: {reason}")))
}
