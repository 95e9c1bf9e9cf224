package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// requestTimeout bounds each request, and the question to the store that a report needs.
const requestTimeout = 5 * time.Second

// maxAnswer is how much of an answer is read, in bytes, so that the server is not cut off; nothing in it is used.
const maxAnswer = 64 << 10

// requester sends requests to a URL, and takes every 2xx answer for a success. Its errors do not hold the URL.
type requester struct{ to *url.URL }

// Do sends the request to the requester's URL, whatever the request's own is.
func (r requester) Do(request *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(request.Context(), requestTimeout)
	defer cancel()
	request = request.WithContext(ctx)
	request.URL, request.Host, request.Close = r.to, "", true
	request.Header.Set("User-Agent", "blackbirdctl")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		if e, ok := errors.AsType[*url.Error](err); ok {
			err = e.Err
		}
		if errors.Is(err, context.DeadlineExceeded) {
			err = fmt.Errorf("no answer within %v", requestTimeout)
		}
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, maxAnswer))
	if response.StatusCode/100 != 2 {
		return nil, fmt.Errorf("answer was %d %s", response.StatusCode, http.StatusText(response.StatusCode))
	}
	response.StatusCode, response.Body = http.StatusOK, http.NoBody
	return response, nil
}

func get(ctx context.Context, to *url.URL) error {
	//nolint:bodyclose // Do has read and closed it
	_, err := requester{to}.Do((&http.Request{Header: http.Header{}}).WithContext(ctx))
	return err
}
