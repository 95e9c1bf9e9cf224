// Package model holds the values that the packages biotrack, blackbird and loyalty share: money, quantities, contacts,
// keys, the status of an order and the refund rule, the text form of PostgreSQL's records, and error texts that quote
// no data.
//
// It promises to be pure: no I/O, no clock, and no import of another package of this module. A rule that is here
// is nowhere else; SQL receives its lists, such as SoldStatuses, as parameters.
package model
