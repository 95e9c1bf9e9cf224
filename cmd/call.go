package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// callTimeout is how long one request to whoever is told of passes may take.
const callTimeout = 5 * time.Second

// call makes one request, whose answer must be a good one. No error of it holds the URL.
func call(ctx context.Context, method string, to *url.URL, body string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, to.String(), strings.NewReader(body))
	if err != nil {
		return errors.New("URL makes no request")
	}
	request.Header.Set("User-Agent", applicationName)
	if body != "" {
		request.Header.Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return withoutURL(err)
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, mostOfAnswer))
	if response.StatusCode/100 != 2 {
		return fmt.Errorf("answer was %d %s", response.StatusCode, http.StatusText(response.StatusCode))
	}
	return nil
}

// mostOfAnswer is how much of an answer is read; nothing in it is of interest.
const mostOfAnswer = 64 << 10

// withoutURL is the cause of an error that quotes the URL.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
