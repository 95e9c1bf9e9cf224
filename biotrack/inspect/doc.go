// Package inspect looks at a BioTrack server for the person who sets blackbirdctl up: what server it is, which of the
// tables it has and in what layout, what our role may do and what it should not, and which locations there are; and for
// a developer who has to know of a server that is unlike others.
//
// It reads the catalog, counts rows by their location where it is asked for the locations, and samples rows for a
// report, which has their shapes alone. It works on a database that lacks what a pass needs too, and promises the same
// gentleness as package biotrack, through whose sessions it reads.
package inspect
