// The same app by urql: its cache of documents by __typename, its normalised cache, persisted queries.
import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { cacheExchange as graphcache } from '@urql/exchange-graphcache';
import { persistedExchange } from '@urql/exchange-persisted';
import { getIntrospectionQuery } from 'graphql';

const [url] = process.argv.slice(2);
const requests = [];
const clientOf = (exchanges, headers = {}) =>
  new Client({
    url,
    exchanges: [...exchanges, fetchExchange],
    preferGetMethod: false,
    fetchOptions: { headers },
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      const sent = init.body ? JSON.parse(init.body) : Object.fromEntries(new URL(input).searchParams);
      requests.push(`${init.method} ${sent.query ? 'text' : 'hash'}`);
      return response;
    },
  });
const data = ({ data, error }) => {
  if (error) throw error;
  return data;
};
const plain = (value) => JSON.parse(JSON.stringify(value, (key, each) => (key === '__typename' ? undefined : each)));
const query = async (client, text, variables = {}, context = {}) => data(await client.query(text, variables, context).toPromise());
const mutate = async (client, text, variables = {}) => data(await client.mutation(text, variables).toPromise());
/** How many requests it takes. */
const costs = async (action) => {
  const before = requests.length;
  await action();
  return requests.length - before;
};
/** What a watched query shows, each time anew; `until` waits for one that shows something. */
const watch = (client, text, variables, context = {}) => {
  const seen = [];
  let waiting = () => {};
  const { unsubscribe } = client.query(text, variables, context).subscribe((result) => {
    if (result.stale) return;
    seen.push(data(result));
    waiting();
  });
  const until = (test) =>
    new Promise((resolve) => {
      waiting = () => seen.some(test) && resolve();
      waiting();
    });
  return { seen, until, unsubscribe };
};
const shown = {};

const REGISTER = `mutation ($input: PlatformRegisterInput!) {
  register(input: $input) { ... on PlatformSignedUp { session { accessToken } } }
}`;
const input = { email: 'ann@example.com', password: 'correct horse battery' };
const { accessToken } = (await mutate(clientOf([]), REGISTER, { input })).register.session;
const headers = { authorization: `Bearer ${accessToken}`, 'x-hasura-role': 'user' };

const SEEN = `mutation ($name: String!) {
  insertUsersOne(object: {name: $name}, onConflict: {constraint: USERS_PKEY, updateColumns: [NAME]}) { id name }
}`;
const ADD = `mutation ($object: TodosInsertInput!) {
  insertTodosOne(object: $object) { id title priority tags { name } }
}`;
const LIST = `query ($where: TodosBoolExp, $orderBy: [TodosOrderBy!]) {
  todos(where: $where, orderBy: $orderBy) { id title priority isCompleted }
}`;
const orderBy = [{ title: 'ASC' }];
const UPDATE = `mutation ($id: uuid!, $set: TodosSetInput, $inc: TodosIncInput) {
  updateTodosByPk(pkColumns: {id: $id}, _set: $set, _inc: $inc) { id title priority isCompleted }
}`;

// The cache of documents: what has rows of a type is asked for again when a mutation answers such rows.
const documents = clientOf([cacheExchange], headers);
await mutate(documents, SEEN, { name: 'Ann' });
// A list without rows names no type, so urql is told of it.
const context = { additionalTypenames: ['Todos'] };
shown.twice = await costs(async () => {
  await query(documents, LIST, { orderBy }, context);
  await query(documents, LIST, { orderBy }, context);
});
const every = watch(documents, LIST, { orderBy }, context);
const object = { title: 'Sow', due: '2026-03-01T08:00:00Z', details: { bed: 'north' }, tags: { data: [{ name: 'garden' }] } };
const sown = (await mutate(documents, ADD, { object })).insertTodosOne;
shown.added = plain({ ...sown, id: undefined });
await every.until(({ todos }) => todos.length === 1);
every.unsubscribe();
shown.listed = every.seen.map(({ todos }) => todos.map(({ title }) => title));

// The normalised cache, which knows the schema: a row that a mutation answers changes where it is shown, without a request.
const introspection = await query(clientOf([], headers), getIntrospectionQuery({ descriptions: false }));
const embedded = introspection.__schema.types.filter(({ fields }) => fields && !fields.some(({ name }) => name === 'id'));
const keys = Object.fromEntries(embedded.map(({ name }) => [name, () => null]));
const normalised = clientOf([graphcache({ schema: introspection, keys })], headers);
const list = watch(normalised, LIST, { orderBy });
await list.until(({ todos }) => todos.length === 1);
shown.updating = await costs(() => mutate(normalised, UPDATE, { id: sown.id, set: { isCompleted: true }, inc: { priority: 3 } }));
await list.until(({ todos }) => todos[0].isCompleted);
list.unsubscribe();
shown.updated = plain(list.seen.at(-1).todos.map(({ id, ...rest }) => rest));
const { todosByPk, todosAggregate } = plain(
  await query(
    normalised,
    `query ($id: uuid!, $due: timestamptz!, $details: jsonb!) {
      todosByPk(id: $id) { id title tags { id name } user { id name } }
      todosAggregate(where: {due: {_lte: $due}, details: {_contains: $details}}) { aggregate { count sum { priority } } }
    }`,
    { id: sown.id, due: '2026-03-01T09:00:00+01:00', details: { bed: 'north' } },
  ),
);
shown.byKey = [todosByPk.title, todosByPk.tags[0].name, todosByPk.user.name, todosAggregate.aggregate];

// Persisted queries: the text is sent once.
const persisting = clientOf([persistedExchange()], headers);
requests.splice(0);
await query(persisting, LIST, { orderBy });
await query(persisting, LIST, { orderBy, where: { isCompleted: { _eq: true } } });
shown.persisted = [...requests];
shown.refused = (await documents.query('{ todos { nothing } }', {}).toPromise()).error.graphQLErrors[0].extensions.code;
shown.deleted = (await mutate(normalised, 'mutation ($id: uuid!) { deleteTodosByPk(id: $id) { id } }', { id: sown.id })).deleteTodosByPk.id === sown.id;
console.log(JSON.stringify(shown));
process.exit(0);
