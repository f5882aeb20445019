/** What is used of clipper-lib, which ships no types. */
declare module 'clipper-lib' {
  interface IntegerPoint {
    X: number
    Y: number
  }
  const ClipperLib: {
    ClipperOffset: new (
      miterLimit: number,
      arcTolerance: number,
    ) => {
      AddPath(path: IntegerPoint[], joinType: number, endType: number): void
      Execute(solution: IntegerPoint[][], delta: number): void
    }
    JoinType: { jtRound: number }
    EndType: { etClosedPolygon: number }
  }
  export default ClipperLib
  export type { IntegerPoint }
}
