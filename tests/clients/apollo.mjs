// Apollo Client: persisted and batched queries, @defer in both forms, subscriptions over multipart.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { Defer20220824Handler, GraphQL17Alpha9Handler } from '@apollo/client/incremental';
import { BatchHttpLink } from '@apollo/client/link/batch-http';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { createHash } from 'node:crypto';

const [uri, apikey] = process.argv.slice(2);
const headers = { apikey };
const client = (link, incrementalHandler) => new ApolloClient({ link, cache: new InMemoryCache(), incrementalHandler });
const collect = (observable, done) =>
  new Promise((resolve, reject) => {
    const seen = [];
    const subscription = observable.subscribe({
      next: (result) => {
        if (result.error) reject(result.error);
        if (result.data) seen.push(result.data);
        if (done(result, seen)) {
          resolve(seen);
          setTimeout(() => subscription.unsubscribe());
        }
      },
      error: reject,
    });
  });
const deferred = async (handler) => {
  const query = gql`query { node { name ... @defer { late } } }`;
  const watched = client(new HttpLink({ uri, headers }), handler).watchQuery({ query, fetchPolicy: 'network-only' });
  return (await collect(watched, (result) => !result.loading && result.data?.node?.late)).at(-1).node.late;
};
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const persistedLink = (options) =>
  ApolloLink.from([new PersistedQueryLink({ sha256, ...options }), new HttpLink({ uri, headers })]);
const batching = client(new BatchHttpLink({ uri, headers, batchInterval: 50 }));
const hello = (name) => ({ query: gql`query Hello($name: String!) { hello(name: $name) }`, variables: { name } });
const data = async (apollo, operation) => (await apollo.query({ ...operation, fetchPolicy: 'network-only' })).data;

const persisted = client(persistedLink({ useGETForHashedQueries: true }));
const subscribing = client(new HttpLink({ uri, headers })).subscribe({ query: gql`subscription { count(to: 3) }` });
console.log(
  JSON.stringify({
    persisted: [await data(persisted, hello('a')), await data(persisted, hello('b'))],
    batched: await Promise.all(['a', 'b'].map((name) => data(batching, hello(name)))),
    deferredOlder: await deferred(new Defer20220824Handler()),
    deferredNewer: await deferred(new GraphQL17Alpha9Handler()),
    subscription: (await collect(subscribing, (_, seen) => seen.length === 3)).map((event) => event.count),
  }),
);
process.exit(0);
