// Package loyalty holds the rules of Blackbird's loyalty program, for the passes over points and for those who explain
// them: what an order earns and under which terms, what refunds, voids and other changes take back, what customers get
// for enrolling, and when balances expire.
//
// It works on values: given an order with its ledger lines, a customer's enrollment, or what has moved a balance, it
// returns the lines that the ledger lacks. It also writes and reads the JSON in which the ledger keeps the terms of a
// line.
//
// It promises to be pure: no SQL, no clock, no logging. The same order under the same rules earns the same points on
// any day and on any machine. All arithmetic is exact, so that a refund takes back to the point what the sale gave.
package loyalty
