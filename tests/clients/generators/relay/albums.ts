import { graphql } from 'relay-runtime';

export const albums = graphql`
  fragment albums_list on Query
  @refetchable(queryName: "albumsPageQuery")
  @argumentDefinitions(
    count: { type: "Int", defaultValue: 2 }
    cursor: { type: "String" }
    where: { type: "AlbumBoolExp" }
  ) {
    albumConnection(first: $count, after: $cursor, where: $where, orderBy: [{ title: DESC }])
      @connection(key: "albums_albumConnection", filters: ["where"]) {
      __id
      totalCount
      edges {
        node {
          albumId
          title
          artist {
            name
          }
        }
      }
    }
  }
`;

export const query = graphql`
  query albumsQuery($where: AlbumBoolExp) {
    ...albums_list @arguments(where: $where)
  }
`;

export const backwards = graphql`
  query albumsBackwardsQuery($count: Int!, $cursor: String) {
    trackConnection(last: $count, before: $cursor, orderBy: [{ milliseconds: ASC }])
      @connection(key: "albums_trackConnection") {
      edges {
        node {
          name
          unitPrice
        }
      }
      pageInfo {
        hasPreviousPage
        startCursor
      }
    }
  }
`;

export const add = graphql`
  mutation albumsAddMutation($album: AlbumInsertInput!, $connections: [ID!]!) {
    insertAlbumOne(object: $album) @prependNode(connections: $connections, edgeTypeName: "AlbumEdge") {
      albumId
      title
      artist {
        name
      }
    }
  }
`;
