// Package sync makes passes: it finds out what changed at the point of sale, brings it to the store in batches, and notes in a
// watermark file how far it got.
//
// A pass over customers or orders
//
//  1. takes the stream's lock file, then the store's own lock in the Blackbird database;
//  2. reads the watermark file, and refuses to start where it does not belong to this source, store and settings;
//  3. asks the source for the oldest transaction that may still commit: the next watermark;
//  4. reads, on a first or full pass, page after page in key order; else the keys of the rows written at or after the last
//     watermark, and then those rows;
//  5. turns each row into the store's, or lists it as a reject, to be tried again on every pass;
//  6. merges each batch in one transaction;
//  7. and only then moves the watermark file forward;
//  8. writes the pass's end into the activity log.
//
// It promises that a pass may be cut off at any point, and that the next one goes on from there: what was merged twice changes
// nothing, and nothing is passed over. A transaction that commits late is not missed, for its rows carry its id and not its time.
//
// The package's name is the standard library's too; import that one as stdsync.
package sync
