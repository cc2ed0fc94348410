import { type CodedTree, childByCode, nextNode, testedFeature } from './coded-trees.ts';

/** Codes by the thresholds in use (see coded-trees.ts) of rows, and those that take their place one feature at a time. */
export interface PermutedCodes {
  /** row × features + feature. */
  readonly codes: Uint16Array;
  readonly featureCount: number;
  /** (row × features + feature) × repeats + repeat: what the row's own code gives way to. */
  readonly donated: Uint16Array;
  readonly repeats: number;
}

/** Leaves that a row reaches instead of its own: by the number of what is permuted, feature × repeats + repeat. */
export interface OtherLeaves {
  count: number;
  readonly variant: Int32Array;
  readonly leaf: Int32Array;
}

/**
 * Makes a function that returns the leaf of a row in a tree and writes the leaves that it reaches with other codes. A row goes
 * again only from the first test on that sends the other code to the other side: most pass all tests of their feature as the row's
 * own code does.
 * @param deepest inner nodes on the longest path of a tree.
 */
export function createPermutedWalk(
  { codes, featureCount, donated, repeats }: PermutedCodes,
  deepest: number,
): { readonly others: OtherLeaves; walk(tree: CodedTree, row: number): number } {
  const path = newPath(featureCount, deepest);
  const room = featureCount * repeats;
  const others = { count: 0, variant: new Int32Array(room), leaf: new Int32Array(room) };
  const walk = (tree: CodedTree, row: number): number => {
    const rowStart = row * featureCount;
    const leaf = follow(path, tree, codes, rowStart);
    others.count = 0;
    for (let i = 0; i < path.testedCount; i++) {
      const feature = path.tested[i];
      for (let repeat = 0; repeat < repeats; repeat++) {
        const code = donated[(rowStart + feature) * repeats + repeat];
        if (code === codes[rowStart + feature]) continue;
        const turned = firstTurn(path, tree, feature, code);
        if (turned === -1) continue;
        others.variant[others.count] = feature * repeats + repeat;
        others.leaf[others.count++] = walkAgain(tree, turned, { codes, rowStart, feature, code });
      }
      path.firstStep[feature] = -1;
    }
    return leaf;
  };
  return { others, walk };
}

/** The way of a row from root to leaf, each step linked to the next one that tests the same feature. */
interface Path {
  /** Inner node at each step. */
  readonly node: Int32Array;
  /** Where the row goes from it. */
  readonly child: Int32Array;
  /** Next step that tests the same feature; −1 after the last. */
  readonly sameFeature: Int32Array;
  /** Features tested, each once. */
  readonly tested: Int32Array;
  testedCount: number;
  /** First and last step that tests a feature; −1 of the first: none. */
  readonly firstStep: Int32Array;
  readonly lastStep: Int32Array;
}

const newPath = (featureCount: number, deepest: number): Path => ({
  node: new Int32Array(deepest),
  child: new Int32Array(deepest),
  sameFeature: new Int32Array(deepest),
  tested: new Int32Array(featureCount),
  testedCount: 0,
  firstStep: new Int32Array(featureCount).fill(-1),
  lastStep: new Int32Array(featureCount),
});

/** Writes the path of a row and returns its leaf. */
function follow(path: Path, { nodes, leaf }: CodedTree, codes: Uint16Array, rowStart: number): number {
  let node = 0;
  path.testedCount = 0;
  for (let step = 0; leaf[node] === -1; step++) {
    const feature = testedFeature(nodes, node);
    if (path.firstStep[feature] === -1) {
      path.firstStep[feature] = step;
      path.tested[path.testedCount++] = feature;
    } else {
      path.sameFeature[path.lastStep[feature]] = step;
    }
    path.lastStep[feature] = step;
    path.sameFeature[step] = -1;
    path.node[step] = node;
    node = nextNode(nodes, node, codes, rowStart);
    path.child[step] = node;
  }
  return leaf[node];
}

/** Where a code of a feature leaves the path; −1 where it does not. */
function firstTurn(path: Path, { nodes }: CodedTree, feature: number, code: number): number {
  for (let step = path.firstStep[feature]; step !== -1; step = path.sameFeature[step]) {
    const child = childByCode(nodes, path.node[step], code);
    if (child !== path.child[step]) return child;
  }
  return -1;
}

/** The leaf that a row reaches from a node with another code of one feature. */
function walkAgain(
  { nodes, leaf }: CodedTree,
  start: number,
  row: { codes: Uint16Array; rowStart: number; feature: number; code: number },
): number {
  let node = start;
  while (leaf[node] === -1) {
    node =
      testedFeature(nodes, node) === row.feature
        ? childByCode(nodes, node, row.code)
        : nextNode(nodes, node, row.codes, row.rowStart);
  }
  return leaf[node];
}
