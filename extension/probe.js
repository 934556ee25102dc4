// Asks how a site answers a visitor of whom it knows nothing.

/**
 * The answer to a GET without cookies, credentials and cache. A prompt would wait for ever: the signal ends it.
 * @param {string} url
 * @returns {Promise<{ status: number | null, redirected: boolean }>} no status where no answer came, or it led elsewhere
 */
export async function probe(url) {
  try {
    const answer = await fetch(url, { credentials: "omit", redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(8000) });
    const redirected = answer.type === "opaqueredirect";
    return { status: redirected ? null : answer.status, redirected };
  } catch {
    return { status: null, redirected: false };
  }
}
