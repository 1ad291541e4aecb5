import { call, onSubmit, takeToken } from "./calls.js";

const token = takeToken();

// Only when asked: programs that look at links in mails open this page too.
onSubmit(token, async () => {
  await call("mutation ($token: String!) { verifyEmail(token: $token) { __typename } }", { token });
  return "Thank you. Your address is confirmed.";
});
