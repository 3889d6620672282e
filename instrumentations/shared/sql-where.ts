const clauses = /\bwhere\b(.*?)(?=\bwhere\b|\b(?:group|order)\s+by\b|\blimit\b|\bfetch\b|\bhaving\b|\bunion\b|;|$)/gis

/** Whether a statement without its strings has a condition besides those that are the search itself. */
export const isFiltered = (text: string, near: RegExp): boolean =>
  [...text.matchAll(clauses)].some(([, conditions = '']) =>
    conditions.split(/\b(?:and|or)\b/i).some((one) => /[a-z_]/i.test(one) && !near.test(one)),
  )
