// Package inspect looks at a BioTrack server for the person who sets blackbirdctl up: what server it is, which of the
// tables it has and in what layout, what our role may do and what it should not, and which locations there are.
//
// It reads the catalog, and counts rows by their location where it is asked for the locations. It works on a database
// that lacks what a pass needs too, and promises the same gentleness as package biotrack, through whose sessions it
// reads.
package inspect
