// An app that was written for Hasura, by Apollo Client: the documents as they are, the names as they are.
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { BatchHttpLink } from '@apollo/client/link/batch-http';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { offsetLimitPagination } from '@apollo/client/utilities';
import { createHash } from 'node:crypto';

const [uri, apikey] = process.argv.slice(2);
const clientOf = (headers, Link = HttpLink) =>
  new ApolloClient({
    link: ApolloLink.from([new Link({ uri, headers })]),
    cache: new InMemoryCache({
      typePolicies: { query_root: { queryType: true, fields: { todos: offsetLimitPagination(['where', 'order_by']) } } },
    }),
  });
const query = async (client, text, variables, options) =>
  (await client.query({ query: gql(text), variables, fetchPolicy: 'network-only', ...options })).data;
const mutate = async (client, text, variables) => (await client.mutate({ mutation: gql(text), variables })).data;
const refusal = (promise) =>
  promise.then(
    () => 'none',
    (error) => (CombinedGraphQLErrors.is(error) ? error.errors[0].extensions.code : error.statusCode ?? error.message),
  );
const plain = (value) => JSON.parse(JSON.stringify(value, (key, each) => (key === '__typename' ? undefined : each)));
const shown = {};

// Two people with tokens of their own.
const REGISTER = `mutation ($input: PlatformRegisterInput!) {
  register(input: $input) { ... on PlatformSignedUp { session { accessToken user { id } } } }
}`;
const signUp = async (email) => {
  const input = { email, password: 'correct horse battery' };
  const { session } = (await mutate(clientOf({}), REGISTER, { input })).register;
  return { id: session.user.id, headers: { authorization: `Bearer ${session.accessToken}`, 'x-hasura-role': 'user' } };
};
const [ann, bob] = [await signUp('ann@example.com'), await signUp('bob@example.com')];
const anns = clientOf(ann.headers);
const bobs = clientOf(bob.headers);

// insert_one with on_conflict; the key is preset.
const SEEN = `mutation ($name: String!, $seen: timestamptz!) {
  insert_users_one(
    object: {name: $name, last_seen: $seen}
    on_conflict: {constraint: users_pkey, update_columns: [last_seen]}
  ) { id name last_seen }
}`;
await mutate(anns, SEEN, { name: 'Ann', seen: '2026-01-01T00:00:00Z' });
const seen = (await mutate(anns, SEEN, { name: 'Anna', seen: '2026-01-02T03:04:05+02:00' })).insert_users_one;
shown.seen = [seen.id === ann.id, seen.name, seen.last_seen];
await mutate(bobs, SEEN, { name: 'Bob', seen: '2026-01-01T00:00:00Z' });

// insert of several, with rows inside.
const ADD = `mutation ($objects: [todos_insert_input!]!) {
  insert_todos(objects: $objects) {
    affected_rows
    returning { id title is_completed tags(order_by: {name: asc}) { name } user { name } }
  }
}`;
const objects = [
  { title: 'Sow', priority: 1, due: '2026-03-01T08:00:00Z', details: { bed: 'north', seeds: ['beans'] } },
  { title: 'Water', priority: 2, tags: { data: [{ name: 'daily' }, { name: 'garden' }] } },
  { title: 'Weed', is_public: true, tags: { data: [{ name: 'garden' }] } },
];
const added = (await mutate(anns, ADD, { objects })).insert_todos;
const ids = Object.fromEntries(added.returning.map((todo) => [todo.title, todo.id]));
shown.added = plain({ ...added, returning: added.returning.map(({ id, ...rest }) => rest) });
await mutate(bobs, ADD, { objects: [{ title: 'Cook' }] });

// where, order_by, limit, offset; fetchMore merges what the cache holds.
const LIST = `query ($where: todos_bool_exp!, $order_by: [todos_order_by!], $limit: Int, $offset: Int) {
  todos(where: $where, order_by: $order_by, limit: $limit, offset: $offset) { id title is_completed }
}`;
const where = { is_completed: { _eq: false } };
const order_by = [{ user: { name: 'asc' } }, { title: 'desc_nulls_last' }];
const watched = anns.watchQuery({ query: gql(LIST), variables: { where, order_by, limit: 2, offset: 0 } });
let heard = () => {};
const watching = watched.subscribe(() => heard());
const titles = () =>
  (watched.getCurrentResult().data?.todos ?? []).map((todo) => todo.title + (todo.is_completed ? ' done' : ''));
const shows = (...wanted) =>
  new Promise((resolve) => {
    heard = () => titles().join() === wanted.join() && resolve(titles());
    heard();
  });
await shows('Weed', 'Water');
await watched.fetchMore({ variables: { offset: 2 } });
shown.listed = await shows('Weed', 'Water', 'Sow');

// Variables of the types that PostgreSQL has.
const FIND = `query ($id: uuid!, $before: timestamptz, $details: jsonb, $name: String!) {
  todos_by_pk(id: $id) { title due details seeds: details(path: "$.seeds[0]") user { name last_seen } }
  due: todos(where: {due: {_lt: $before}, details: {_contains: $details}}) { title }
  tagged: todos(where: {tags: {name: {_eq: $name}}}, order_by: {priority: desc}) { title }
  todos_aggregate(where: {tags: {}}, order_by: {title: asc}) { aggregate { count max { priority due } } nodes { title } }
}`;
const variables = { id: ids.Sow, before: '2026-03-01T10:00:00+01:00', details: { bed: 'north' }, name: 'garden' };
shown.found = plain(await query(anns, FIND, variables));

// _set, _inc and _append; the list shows it by what the cache knows.
const DONE = `mutation ($id: uuid!, $details: jsonb!) {
  update_todos_by_pk(pk_columns: {id: $id}, _set: {is_completed: true}, _inc: {priority: 5}, _append: {details: $details}) {
    id is_completed priority details
  }
}`;
const done = plain((await mutate(anns, DONE, { id: ids.Water, details: { by: 'hose' } })).update_todos_by_pk);
shown.done = [done.priority, done.details, await shows('Weed', 'Water done', 'Sow')];

// What Bob may not.
const bobSees = await query(bobs, `{ todos(order_by: {title: asc}) { title user { name } tags { name } } }`);
shown.bobSees = plain(bobSees.todos);
shown.bobChanges = (await mutate(bobs, DONE, { id: ids.Weed, details: {} })).update_todos_by_pk;
const DELETE = 'mutation ($where: todos_bool_exp!) { delete_todos(where: $where) { affected_rows returning { title } } }';
shown.bobDeletes = plain(await mutate(bobs, DELETE, { where: { title: { _in: ['Weed', 'Cook'] } } })).delete_todos;
const TAG = 'mutation ($tag: tags_insert_input!) { insert_tags_one(object: $tag) { name } }';
shown.refused = [
  await refusal(mutate(bobs, TAG, { tag: { todo_id: ids.Weed, name: 'mine' } })),
  await refusal(mutate(bobs, ADD, { objects: [{ title: 'Theft', user_id: ann.id }] })),
  await refusal(query(clientOf({ ...bob.headers, 'x-hasura-role': 'admin' }), '{ todos { title } }')),
  await refusal(query(clientOf({}), '{ todos { title } }')),
  await refusal(query(anns, FIND, { ...variables, id: 'no uuid' })),
];

// The service key as somebody: what Hasura's admin secret is there.
const asBob = clientOf({ apikey, 'x-hasura-role': 'user', 'x-hasura-user-id': bob.id });
shown.asBob = (await query(asBob, '{ todos { title } }')).todos.map((todo) => todo.title);

// Batches and persisted queries of tables.
let posts = 0;
class CountedBatchLink extends BatchHttpLink {
  constructor(options) {
    super({ ...options, batchInterval: 50, fetch: (...given) => ((posts += 1), fetch(...given)) });
  }
}
const batching = clientOf(ann.headers, CountedBatchLink);
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const persistedLink = new PersistedQueryLink({ sha256, useGETForHashedQueries: true });
const persisting = new ApolloClient({
  link: ApolloLink.from([persistedLink, new HttpLink({ uri, headers: ann.headers })]),
  cache: new InMemoryCache(),
});
const BY_PK = 'query ($id: uuid!) { todos_by_pk(id: $id) { title } }';
const titleOf = async (client, id) => (await query(client, BY_PK, { id })).todos_by_pk.title;
const byKey = (client) => Promise.all([ids.Sow, ids.Weed].map((id) => titleOf(client, id)));
shown.batched = [...(await byKey(batching)), posts];
shown.persisted = [...(await byKey(persisting)), ...(await byKey(persisting))];

const FORGET = 'mutation ($id: uuid!) { delete_todos_by_pk(id: $id) { title } }';
shown.deleted = (await mutate(anns, FORGET, { id: ids.Weed })).delete_todos_by_pk.title;
watching.unsubscribe();
console.log(JSON.stringify(shown));
process.exit(0);
