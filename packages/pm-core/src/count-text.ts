/** A number of rows or other things for people, such as 4,340. */
export const countText = (count: number): string => count.toLocaleString('en-US');
