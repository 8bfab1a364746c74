// Asking the API, and what to say when it does not answer.

export class Refused extends Error {
  constructor(status, words) {
    super(words);
    this.status = status;
  }
}

const OFFLINE = "The server does not answer. Your question is kept here: try again when the server is back.";

function wordsFor(status, problem) {
  const detail = problem?.detail ?? "";
  if (status === 503) return `${detail || "The server is busy."} Your question is kept here: try again in a moment.`;
  if (status >= 500) return `Something went wrong on the server. Request ${problem?.request_id ?? "unknown"} in its log says what.`;
  return detail || `The server refused this (${status}).`;
}

// Returns the response; throws Refused with words for a person, or AbortError.
export async function send(path, body, signal, accept = "application/json") {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      signal,
      headers: { "Content-Type": "application/json", Accept: accept },
      body: JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, OFFLINE);
  }
  if (response.ok) return response;
  throw new Refused(response.status, wordsFor(response.status, await response.json().catch(() => null)));
}

// Returns the response's JSON; throws as `send` does.
export async function post(path, body, signal) {
  const content = await (await send(path, body, signal)).json().catch(() => null);
  if (content === null) throw new Refused(502, wordsFor(502, null));
  return content;
}
