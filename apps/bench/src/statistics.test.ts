import { median, medianInterval } from './statistics.js';

describe('median', () => {
  it('is the value in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('is the mean of the two in the middle of an even number', () => {
    expect(median([4, 1, 2, 9])).toBe(3);
  });

  it('is not a number where there are no values', () => {
    expect(median([])).toBeNaN();
  });
});

describe('medianInterval', () => {
  it('has no width where all rounds are alike', () => {
    expect(
      medianInterval([
        [2, 2],
        [2, 2],
      ]),
    ).toEqual({ low: 2, high: 2 });
  });

  it('holds every launch where the rounds of a launch are alike and the launches are not', () => {
    const { low, high } = medianInterval([
      [1, 1, 1, 1, 1],
      [2, 2, 2, 2, 2],
      [3, 3, 3, 3, 3],
    ]);

    expect(low).toBe(1);
    expect(high).toBe(3);
  });
});
