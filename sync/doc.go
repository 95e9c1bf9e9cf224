// Package sync makes passes: it finds out what changed at the point of sale, merges it into the store batch by batch,
// and keeps in a watermark file how far it got. Streams lists what can be synced; a Stream's Pass and Verify do the
// work.
//
// A pass over customers or orders
//
//  1. takes the stream's lock file, then the store's own lock in the Blackbird database;
//  2. reads the watermark file, and refuses to start where it does not belong to this source, store and settings;
//  3. asks the source for the oldest transaction that may still commit: the next watermark, once the log is flushed;
//     and compares the watermark's evidence: a source that went back, or changed under its name, is read in full;
//  4. reads, on a first or full pass, page after page in key order; else the keys of the rows written at or after the
//     last watermark, and then those rows;
//  5. converts each row to the store's, or lists it as a reject, which every pass reads again;
//  6. merges each batch in one transaction;
//  7. and only then moves the watermark file forward;
//  8. logs the end of the pass in the store.
//
// It promises that a pass may be interrupted at any point, and that the next one resumes from there: what is merged
// twice changes nothing, and nothing is skipped. A transaction that commits late is not missed, because its rows are
// found by its id and not by their time.
//
// The package's name is the standard library's too; import that one as stdsync.
package sync
