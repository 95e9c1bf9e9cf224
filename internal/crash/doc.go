// Package crash names the seams at which a process may die. A binary built with the tag crashpoints kills itself at the
// one that BLACKBIRDCTL_CRASH_AT names, as a power cut would: nothing is cleaned up. In any other binary the seams are
// nothing at all.
//
// It promises that a seam which a pass goes through is hit as often as the pass goes through it, so that a test can
// find all of them by letting one pass list them, and then die at each.
package crash
