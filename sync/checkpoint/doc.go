// Package checkpoint keeps what a stream remembers between passes: a watermark file, a lock file that keeps a second
// pass of the stream away, and how the last run ended. Each store has a folder of its own below the state folder.
//
// It promises that
//
//   - a watermark is replaced as a whole: after a crash at any point the file holds the old watermark or the new one;
//   - a file that was damaged, cut, edited or copied from another stream or store is refused
//     with a BrokenError, never half read;
//   - the system frees a lock when its process ends, however it ends;
//   - files are readable by their owner alone: a watermark holds a customer's or an order's key.
//
// The package knows no database. What it keeps of the source and of the pass are plain values.
package checkpoint
