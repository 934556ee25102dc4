//! Waiting for a condition with a deadline, never for a fixed time.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

/// How long a condition in a browser may take before it counts as failed; generous, since test machines are slow.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// After how long a condition is looked at again. Looking is work for the browser, which has better to do: what did not
/// come at once is looked at less and less often.
const INTERVAL: Duration = Duration::from_millis(40);
/// How rarely at most.
const INTERVAL_MAX: Duration = Duration::from_millis(200);

/// Looks again and again until `look` answers `Ok(Ok(value))`.
///
/// `look` answers `Ok(Err(seen))` while the condition does not hold yet, and `Err` when looking itself failed.
///
/// # Errors
/// The error of `look`, or, after `patience`, "expected `what`, but found `seen`".
pub(crate) async fn until<T, Look>(what: &str, patience: Duration, mut look: Look) -> Result<T>
where
    Look: AsyncFnMut() -> Result<std::result::Result<T, String>>,
{
    let deadline = Instant::now() + patience;
    let mut interval = INTERVAL;
    loop {
        match look().await? {
            Ok(value) => return Ok(value),
            Err(seen) if Instant::now() >= deadline => {
                bail!("expected {what} within {patience:?}, but found {seen}")
            }
            Err(_) => sleep(interval).await,
        }
        interval = INTERVAL_MAX.min(interval * 3 / 2);
    }
}
