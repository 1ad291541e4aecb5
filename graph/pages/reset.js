import { call, onSubmit, takeToken, weakness } from "./calls.js";

const RESET = `mutation ($token: String!, $password: String!) {
  resetPassword(token: $token, newPassword: $password) {
    __typename
    ... on WeakPassword { reasons }
  }
}`;
const token = takeToken();

onSubmit(token, async ({ password }) => {
  const { resetPassword } = await call(RESET, { token, password });
  if (resetPassword.__typename === "WeakPassword") throw new Error(weakness(resetPassword.reasons));
  return "Your password is set. You are signed out everywhere; sign in with it.";
});
