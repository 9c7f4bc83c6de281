// What the page asks the server: the draft, its check, who else has it open, and what there is to choose from.

// Browsers refuse a larger body, all bodies under way together, to requests that outlive their page.
export const KEPT_ALIVE = 60_000;

export class Refused extends Error {
  constructor(status, answer) {
    super(answer.error ?? "");
    Object.assign(this, { status, answer });
  }
}

export class Server {
  constructor({ source, save, check, seen, choices, csrf, revision }) {
    Object.assign(this, { addresses: { source, save, check, seen, choices }, csrf });
    this.revision = Number(revision);
  }

  // The diagram as it is stored now.
  async source() {
    const response = await this.#ask(this.addresses.source);
    return response.text();
  }

  // What there is to choose from; without it one types.
  async choices() {
    const none = { forms: [], groups: [], decisions: [], messages: [], columns: [], processes: [] };
    try {
      return { ...none, ...(await this.#json(this.addresses.choices)) };
    } catch {
      return none;
    }
  }

  save(content, revision) {
    return this.#post(this.addresses.save, { revision, content }, { keepalive: true });
  }

  check(content, signal) {
    return this.#post(this.addresses.check, { content }, { signal });
  }

  seen() {
    return this.#post(this.addresses.seen, {});
  }

  // A token lives an hour; a refusal that is no JSON is that of an old one, and a fresh one is tried once.
  async #post(address, data, { signal, keepalive = false } = {}) {
    const body = JSON.stringify(data);
    const send = () => {
      const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.csrf };
      return this.#json(address, { method: "POST", headers, body, signal, keepalive: keepalive && body.length < KEPT_ALIVE });
    };
    try {
      return await send();
    } catch (error) {
      if (error.status !== 400 || error.answer.error) throw error;
      await this.choices();
      return send();
    }
  }

  async #json(address, options) {
    const answer = await (await this.#ask(address, options)).json();
    if (answer.csrf) this.csrf = answer.csrf;
    return answer;
  }

  // Raises `Refused` with what the server said; a page for people in place of an answer means that one must sign in again.
  async #ask(address, options = {}) {
    const response = await fetch(address, { credentials: "same-origin", ...options });
    const json = response.headers.get("Content-Type")?.includes("json");
    if (response.redirected) throw new Refused(401, {});
    if (!response.ok) throw new Refused(response.status, json ? await response.json() : {});
    return response;
  }
}
