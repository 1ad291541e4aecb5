// A query, a mutation, a deferred query and a subscription by urql's own exchanges over HTTP.
import { Client, fetchExchange } from '@urql/core';

const [url, apikey] = process.argv.slice(2);
const client = new Client({
  url,
  exchanges: [fetchExchange],
  fetchSubscriptions: true,
  preferGetMethod: false,
  fetchOptions: { headers: { apikey } },
});
const last = (source) =>
  new Promise((resolve, reject) => {
    const seen = [];
    const { unsubscribe } = source.subscribe((result) => {
      if (result.error) reject(result.error);
      seen.push(JSON.parse(JSON.stringify(result.data)));
      if (!result.hasNext) {
        resolve(seen);
        setTimeout(() => unsubscribe());
      }
    });
  });
const events = () =>
  new Promise((resolve, reject) => {
    const seen = [];
    const { unsubscribe } = client.subscription('subscription { count(to: 3) }', {}).subscribe((result) => {
      if (result.error) reject(result.error);
      seen.push(result.data.count);
      if (seen.length === 3) {
        resolve(seen);
        setTimeout(() => unsubscribe());
      }
    });
  });
console.log(
  JSON.stringify({
    query: (await client.query('{ hello }', {}).toPromise()).data,
    mutation: (await client.mutation('mutation { note(text: "urql") }', {}).toPromise()).data,
    deferred: (await last(client.query('{ node { name ... @defer { late } } }', {}))).at(-1),
    streamed: (await last(client.query('{ numbers @stream(initialCount: 1) }', {}))).at(-1),
    subscription: await events(),
  }),
);
