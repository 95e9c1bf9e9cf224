// Package loyalty holds the rules of Blackbird's loyalty program: how many points an order earns from its money, its time and
// the store's rules.
//
// Everything here is pure: no SQL, no clock, no logging. The same order under the same rules earns the same points on any day and
// on any machine, and all arithmetic is exact, so that a refund takes back to the point what the sale gave.
package loyalty
