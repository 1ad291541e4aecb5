import { call, onSubmit, takeToken, weakness } from "./calls.js";

const SET_UP = `mutation ($token: String!, $email: String!, $password: String!, $name: String) {
  setUp(token: $token, email: $email, password: $password, name: $name) {
    __typename
    ... on WeakPassword { reasons }
  }
}`;
const token = takeToken();

onSubmit(token, async ({ email, password, name }) => {
  const { setUp } = await call(SET_UP, { token, email, password, name: name || null });
  if (setUp.__typename === "WeakPassword") throw new Error(weakness(setUp.reasons));
  return "Done. You are the superadmin and can sign in now.";
});
