// Relay's own store over a real server: pages by what usePaginationFragment does, without React around it.
import {
  Environment,
  Network,
  RecordSource,
  Store,
  commitMutation,
  createOperationDescriptor,
  fetchQuery,
  getPaginationMetadata,
  getPaginationVariables,
  getRequest,
  getSelector,
  type FetchFunction,
} from 'relay-runtime';
import fragment, { type albums_list$data, type albums_list$key } from './__generated__/albums_list.graphql';
import backwardsQuery, { type albumsBackwardsQuery } from './__generated__/albumsBackwardsQuery.graphql';
import addMutation, { type albumsAddMutation } from './__generated__/albumsAddMutation.graphql';
import listQuery, { type albumsQuery } from './__generated__/albumsQuery.graphql';

declare const process: { argv: string[] };
const [, , uri = '', given = ''] = process.argv;
const asked: string[] = [];
const ask: FetchFunction = async ({ name, text }, variables) => {
  asked.push(name);
  const headers = { ...JSON.parse(given), 'content-type': 'application/json' };
  const body = JSON.stringify({ query: text, variables, operationName: name });
  return (await fetch(uri, { method: 'POST', headers, body })).json();
};
const environment = new Environment({ network: Network.create(ask), store: new Store(new RecordSource()) });

const where = { artist: { name: { _like: 'Iron%' } } };

/** What the store holds of the list. */
function shown(): albums_list$data {
  const operation = createOperationDescriptor(getRequest(listQuery), { where });
  const key = environment.lookup(operation.fragment).data as unknown as albums_list$key;
  const selector = getSelector(fragment, key);
  if (selector?.kind !== 'SingularReaderSelector') throw new Error('no list');
  return environment.lookup(selector).data as unknown as albums_list$data;
}

/** The next page, put behind those that are there. */
async function more(count: number): Promise<boolean> {
  const { connectionPathInFragmentData, paginationRequest, paginationMetadata } = getPaginationMetadata(fragment, 'list');
  const connection = connectionPathInFragmentData.reduce<any>((value, name) => value[name], shown());
  const { hasNextPage, endCursor } = connection.pageInfo;
  if (!hasNextPage) return false;
  const variables = getPaginationVariables('forward', count, endCursor, { where }, {}, paginationMetadata);
  await fetchQuery(environment, paginationRequest, variables).toPromise();
  return true;
}

/** The last five pages of one track each, which the store puts before one another. */
async function backwards(): Promise<string[]> {
  let cursor: string | null | undefined = null;
  let names: string[] = [];
  while (names.length < 5) {
    const variables: albumsBackwardsQuery['variables'] = { count: 1, cursor };
    const page: albumsBackwardsQuery['response'] | undefined = await fetchQuery<albumsBackwardsQuery>(
      environment,
      backwardsQuery,
      variables,
    ).toPromise();
    if (!page?.trackConnection.pageInfo.hasPreviousPage) throw new Error('no page');
    names = page.trackConnection.edges.map((edge) => edge.node.name);
    cursor = page.trackConnection.pageInfo.startCursor;
  }
  return names;
}

/** An album that a mutation puts before those of the list. */
async function added(): Promise<string | undefined> {
  const connections = [shown().albumConnection.__id];
  const album = { albumId: 901, title: 'Senjutsu', artistId: 90 };
  await new Promise<void>((resolve, reject) => {
    commitMutation<albumsAddMutation>(environment, {
      mutation: addMutation,
      variables: { album, connections },
      onCompleted: (_, errors) => (errors?.length ? reject(new Error(errors[0]?.message)) : resolve()),
      onError: reject,
    });
  });
  return shown().albumConnection.edges[0]?.node.title;
}

async function main(): Promise<void> {
  await fetchQuery<albumsQuery>(environment, listQuery, { where }).toPromise();
  const lengths = [shown().albumConnection.edges.length];
  while (await more(10)) lengths.push(shown().albumConnection.edges.length);
  const { edges, totalCount } = shown().albumConnection;
  const titles = edges.map((edge) => edge.node.title);
  const ends = [titles[0], titles.at(-1)];
  console.log(JSON.stringify({ lengths, totalCount, ends, backwards: await backwards(), added: await added(), asked }));
}

void main();
