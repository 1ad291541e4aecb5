// A program of a user, whom the permissions show no tracks and only artists with an I.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { AddPlaylistDocument, AlbumsDocument, type AlbumsQuery } from './operations.js';
import type { Album, Mutation } from './schema.js';

declare const process: { argv: string[] };
const [, , uri = '', given = ''] = process.argv;

async function ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data> {
  const headers = { ...JSON.parse(given), 'content-type': 'application/json' };
  const body = JSON.stringify({ query: print(document), variables });
  const answer = (await (await fetch(uri, { method: 'POST', headers, body })).json()) as { data: Data };
  return answer.data;
}

// Never called: tsc complains of each directive that is not needed.
export function refused(data: AlbumsQuery, row: Album, mutations: Mutation): unknown[] {
  return [
    // @ts-expect-error - an artist that the user may not see is null, whatever the foreign key says
    data.album[0]?.artist.name,
    // @ts-expect-error - the user sees no tracks
    row.track,
    // @ts-expect-error - the user deletes no albums
    mutations.deleteAlbum,
    // @ts-expect-error - the key of a playlist is not the user's to give
    ask(AddPlaylistDocument, { playlist: { playlistId: 1 } }),
  ];
}

const { album, albumAggregate } = await ask(AlbumsDocument, { where: { albumId: { _in: [94, 95, 1] } } });
const { insertPlaylistOne } = await ask(AddPlaylistDocument, { playlist: { name: 'Mine' } });
console.log(
  JSON.stringify({
    albums: album.map(({ title, artist }) => [title, artist?.name ?? null]),
    count: albumAggregate.aggregate?.count,
    added: insertPlaylistOne?.name,
  }),
);
