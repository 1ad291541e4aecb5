// The life of an account by Apollo Client and graphql-ws, with the session.mjs of docs/authentication.md.
// What only the test knows is asked for: a line on stdout that begins with "?", answered by a line on stdin.
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { createClient } from 'graphql-ws';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';
import { createApolloClient, createSocket, makeRenew } from './session.mjs';

const [uri] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const ask = async (...question) => {
  console.log(['?', ...question].join(' '));
  return (await lines.next()).value;
};
const url = uri.replace('http', 'ws');
const email = 'ann@example.com';
const signedIn = 'accessToken refreshToken expiresAt sessionId user { id }';
const me = gql`{ me { email } }`;
const stranger = new ApolloClient({ link: new HttpLink({ uri }), cache: new InMemoryCache() });
const mutate = async (client, text, variables) =>
  Object.values((await client.mutate({ mutation: gql(text), variables })).data)[0];
const emailBy = async (client) => (await client.query({ query: me, fetchPolicy: 'network-only' })).data.me.email;
const login = (password) =>
  mutate(
    stranger,
    `mutation ($email: String!, $password: String!) {
      login(identifier: $email, password: $password) { ... on SignedIn { ${signedIn} } }
    }`,
    { email, password },
  );
const signedOut = [];
const clientOf = (session) => {
  const renew = makeRenew(uri, session);
  return { renew, client: createApolloClient(uri, session, renew, (reason) => signedOut.push(reason)) };
};
const shown = {};

// Signing up, verifying the address.
const signedUp = await mutate(
  stranger,
  `mutation ($input: RegisterInput!) { register(input: $input) { ... on SignedUp { session { ${signedIn} } } } }`,
  { input: { email, password: 'correct horse battery' } },
);
const session = { ...signedUp.session };
const ids = [session.user.id, session.sessionId];
const { client, renew } = clientOf(session);
shown.email = await emailBy(client);
const verify = 'mutation ($token: String!) { verifyEmail(token: $token) { emailVerifiedAt } }';
shown.verified = (await mutate(client, verify, { token: await ask('mail') })).emailVerifiedAt !== null;

// An expired token is renewed once for all operations that meet it.
const spent = session.refreshToken;
session.accessToken = await ask('token', ...ids, -60);
shown.renewed = await Promise.all([emailBy(client), emailBy(client), emailBy(client)]);
shown.rotated = session.refreshToken !== spent;

// Two tabs with the same expired token get the same successor.
const expired = await ask('token', ...ids, -60);
const tabs = [1, 2].map(() => ({ ...session, accessToken: expired }));
shown.tabs = await Promise.all(tabs.map((tab) => emailBy(clientOf(tab).client)));
shown.sameSuccessor = tabs[0].refreshToken === tabs[1].refreshToken && tabs[0].refreshToken !== session.refreshToken;
Object.assign(session, tabs[0]);

// Of two websockets with a token that is soon over, the one that renews it stays.
const soonOver = { accessToken: await ask('token', ...ids, 3) };
const closings = {};
const closedAs = (name) => new Promise((resolve) => (closings[name] = resolve));
const onClosed = (name) => ({ closed: (event) => closings[name](event.code) });
const closedStaying = closedAs('staying');
const closedLeaving = closedAs('leaving');
Object.assign(session, { ...soonOver, expiresAt: new Date(Date.now() + 3000).toISOString() });
const staying = createSocket(url, session, renew, {
  webSocketImpl: WebSocket,
  lazy: false,
  retryAttempts: 0,
  onNonLazyError: () => {},
});
staying.on('closed', (event) => closings.staying(event.code));
createClient({
  url,
  connectionParams: { authorization: `Bearer ${soonOver.accessToken}` },
  webSocketImpl: WebSocket,
  lazy: false,
  retryAttempts: 0,
  onNonLazyError: () => {},
  on: onClosed('leaving'),
});
shown.notRenewed = await closedLeaving;
for await (const result of staying.iterate({ query: '{ me { email } }' })) shown.overSocket = result.data.me.email;

// A logout closes the websocket that stayed, and refuses the token.
const token = session.accessToken;
await mutate(client, 'mutation { logout }');
shown.loggedOut = await closedStaying;
await emailBy(clientOf({ accessToken: token }).client).catch(() => {});
shown.signedOut = signedOut;

// A forgotten password, the end.
await mutate(stranger, 'mutation ($email: String!) { requestPasswordReset(email: $email) }', { email });
const password = 'a staple of another colour';
const reset = 'mutation ($token: String!, $password: String!) { resetPassword(token: $token, newPassword: $password) { __typename } }';
shown.reset = (await mutate(stranger, reset, { token: await ask('mail'), password })).__typename;
const last = clientOf(await login(password)).client;
shown.deleted = await mutate(last, 'mutation ($password: String!) { deleteMe(password: $password) }', { password });
await emailBy(last).catch(() => {});
console.log(JSON.stringify(shown));
process.exit(0);
