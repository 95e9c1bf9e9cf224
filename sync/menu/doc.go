// Package menu decides what the online menu shows: a product's line from its price table, the lots in stock, the rooms
// that sell and the shop's settings. It also counts what `inspect levels`, `inspect rooms` and `inspect prices` print,
// so that these foretell what a products pass does.
//
// It promises that
//
//   - a line never offers more than is there: quantities are rounded down, and only rooms that sell count;
//   - a product whose price or stock cannot be read is a reject and off the menu, never a guess;
//   - there is no default member level: a price shown to the wrong customers is worse than none.
//
// The package reads nothing and writes nothing: its functions take what was read and return what to write. Which lots
// may be sold at all is decided where they are read, in biotrack.
package menu
