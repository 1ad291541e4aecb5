// A program over the generated types: what it says of them is checked by tsc, what the server answers is printed.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import {
  AddAlbumDocument,
  AlbumDocument,
  AlbumsDocument,
  PagesDocument,
  RenameAlbumDocument,
  type AlbumPartsFragment,
  type AlbumQuery,
  type PagesQuery,
} from './operations.js';
import type { Album, TrackOrderBy } from './schema.js';

declare const process: { argv: string[] };
const [, , uri = '', given = ''] = process.argv;

async function ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data> {
  const headers = { ...JSON.parse(given), 'content-type': 'application/json' };
  const body = JSON.stringify({ query: print(document), variables });
  const answer = (await (await fetch(uri, { method: 'POST', headers, body })).json()) as {
    data?: Data;
    errors?: { message: string }[];
  };
  if (answer.errors || !answer.data) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

const told = ({ title, artist, track }: AlbumPartsFragment): string => {
  const songs = track.map(({ name, unitPrice }) => name.toUpperCase() + unitPrice.toFixed(1));
  return `${title} by ${artist.name ?? 'nobody'}: ${songs.join()}`;
};

const opera = await ask(AlbumsDocument, {
  where: { _or: [{ track: { genre: { name: { _eq: 'Opera' } } } }, { albumId: { _in: [5] } }] },
  orderBy: [{ artist: { name: 'DESC_NULLS_LAST' } }, { title: 'ASC' }],
  limit: 2,
});
const counted: (number | undefined)[] = opera.album.map((each) => each.trackAggregate.aggregate?.count);
const added = await ask(AddAlbumDocument, {
  album: {
    albumId: 900,
    title: 'Journey in Satchidananda',
    artist: { data: { artistId: 900, name: 'Alice Coltrane' } },
    track: {
      data: [{ trackId: 9000, name: 'Isis and Osiris', mediaTypeId: 1, milliseconds: 690000, unitPrice: '0.99' }],
    },
  },
});
const renamed = await ask(RenameAlbumDocument, { id: 900, set: { title: 'Ptah, the El Daoud' } });
const none = await ask(AlbumDocument, { id: -1 });
const pages: string[] = [];
let after: string | null = null;
do {
  const { albumConnection: page }: PagesQuery = await ask(PagesDocument, { first: 200, after });
  pages.push(`${page.edges.length} of ${page.totalCount}`);
  after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
} while (after !== null);

// Never called: tsc complains of each directive that is not needed.
export function refused(data: AlbumQuery, row: Album): unknown[] {
  // @ts-expect-error - no such direction
  const direction: TrackOrderBy = { name: 'UP' };
  return [
    direction,
    // @ts-expect-error - a row that is not there is null
    data.albumByPk.title,
    // @ts-expect-error - rows have their columns and no others
    row.year,
    // @ts-expect-error - a title is a text
    ask(AlbumsDocument, { where: { title: { _eq: 5 } } }),
    // @ts-expect-error - no such column
    ask(AlbumsDocument, { where: { titel: { _eq: 'Big Ones' } } }),
    // @ts-expect-error - the variable is required
    ask(AlbumsDocument, {}),
  ];
}

console.log(
  JSON.stringify({
    opera: opera.album.map(told),
    counted,
    added: added.insertAlbumOne && told(added.insertAlbumOne),
    renamed: renamed.updateAlbumByPk?.title,
    none: none.albumByPk,
    pages,
  }),
);
