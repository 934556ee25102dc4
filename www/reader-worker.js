// The page's side of the worker: asks it, and hears how far it is.

/** One worker at a time; a new one takes the place of one that was stopped. */
export class ReaderWorker {
  #worker;
  #next = 0;
  #waiting = new Map();

  constructor() {
    this.#start();
  }

  /**
   * Asks the worker.
   * @param {string} kind of question, as `worker.js` answers it
   * @param {object} question
   * @param {(part: number) => void} [onProgress]
   * @returns {Promise<any>} rejected with null where it was stopped
   */
  ask(kind, question, onProgress) {
    const id = ++this.#next;
    return new Promise((resolve, reject) => {
      const message = { id, kind, ...question };
      this.#waiting.set(id, { resolve, reject, onProgress, message });
      this.#worker.postMessage(message);
    });
  }

  /** Stops whatever it does, and forgets what it read. */
  stop() {
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(null);
    this.#waiting.clear();
    this.#start();
  }

  #start() {
    const address = new URL("worker.js", import.meta.url).href;
    // A worker from an address has that address's own policy; one from a blob has the page's, which allows no connection.
    const code = new Blob([`import ${JSON.stringify(address)};`], { type: "text/javascript" });
    this.#follow(new Worker(URL.createObjectURL(code), { type: "module" }), event => {
      // Without a network Firefox gives such a worker no copies of the page's files. One from an address has them from
      // offline.js, which puts the page's policy on all that it hands out; without it there is no such worker.
      if (!navigator.serviceWorker?.controller) return this.#fail(event);
      this.#follow(new Worker(address, { type: "module" }), event => this.#fail(event));
    });
  }

  /** Goes on with this worker, and hands it what was asked already. */
  #follow(worker, onError) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }) => this.#hear(data));
    worker.addEventListener("error", event => {
      event.preventDefault();
      if (worker === this.#worker) onError(event);
    });
    for (const { message } of this.#waiting.values()) worker.postMessage(message);
  }

  #hear({ id, result, error, progress }) {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    if (progress !== undefined) return waiting.onProgress?.(progress);
    this.#waiting.delete(id);
    if (error === undefined) waiting.resolve(result);
    else waiting.reject(new Error(error));
  }

  #fail(event) {
    for (const { reject } of this.#waiting.values()) reject(new Error(event.message || "the reader did not start"));
    this.#waiting.clear();
  }
}
