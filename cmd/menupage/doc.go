// Package menupage renders a store's online menu as one HTML page for shoppers, and a report as one for the shop's
// owner.
//
// It promises that a page loads nothing from elsewhere, that it runs no script but its own, whatever a product's name
// holds, and that a file is replaced at once: a reader sees the old page or the new one.
package menupage
