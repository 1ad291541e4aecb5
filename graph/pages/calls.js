// What the pages have in common: the token of the link, and calls of the API beside them.

// The token comes in the fragment, which no server, log or Referer sees; it does not stay in the address bar either.
export function takeToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? new URLSearchParams(location.search).get("token");
  history.replaceState(null, "", location.pathname);
  return token;
}

export async function call(query, variables) {
  const response = await fetch(new URL("../../graphql", import.meta.url), {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    credentials: "omit",
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  if (answer.errors?.length) throw new Error(answer.errors[0].message);
  return answer.data;
}

const WEAKNESSES = {
  TOO_SHORT: "it needs 8 characters at least",
  TOO_LONG: "it may have 128 characters at most",
  COMMON: "it is one that everybody tries first",
  SAME_AS_IDENTIFIER: "it is a name of the account or of the server",
};

export function weakness(reasons) {
  return `Choose another password: ${reasons.map((reason) => WEAKNESSES[reason] ?? reason).join(", and ")}.`;
}

// Runs `act` when the form is sent; it gives the text that ends the page, or throws an Error with what to tell.
export function onSubmit(token, act) {
  const form = document.querySelector("form");
  const button = form.querySelector("button");
  const status = document.querySelector("[role=status]");
  if (!token) {
    form.hidden = true;
    status.textContent = "This link is incomplete. Open it again as it was given to you.";
    return;
  }
  button.disabled = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    status.textContent = "One moment.";
    try {
      status.textContent = await act(Object.fromEntries(new FormData(form)));
      form.hidden = true;
    } catch (error) {
      status.textContent = error instanceof TypeError ? "The server cannot be reached. Try again." : error.message;
      button.disabled = false;
    }
  });
}
