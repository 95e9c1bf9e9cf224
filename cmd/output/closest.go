package output

import "github.com/spf13/cobra"

// Closest returns the known word that a mistyped one was most likely meant to be, empty where none is like it.
func Closest(word string, known []string) string {
	// cobra knows how to suggest commands, and keeps the comparison to itself.
	words := &cobra.Command{SuggestionsMinimumDistance: 2}
	for _, name := range known {
		words.AddCommand(&cobra.Command{Use: name, Run: func(*cobra.Command, []string) {}})
	}
	for _, suggestion := range words.SuggestionsFor(word) {
		return suggestion
	}
	return ""
}

// DidYouMean returns the beginning of a hint that names the word which a mistyped one was most likely meant to be,
// empty where there is none.
func DidYouMean(word string, known []string) string {
	if closest := Closest(word, known); closest != "" {
		return "did you mean " + closest + "? "
	}
	return ""
}
