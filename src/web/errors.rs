//! Where errors become HTTP. An answer never says what went wrong inside; the log does, by operation and id.

use crate::service::ServiceError;
use crate::telemetry::chain;
use actix_web::http::StatusCode;
use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, ResponseError};

/// Why a page or a webhook is not served.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// A verb failed: nothing was changed, and it may be tried again.
    #[error("the service failed")]
    Unavailable(#[from] ServiceError),
    /// Nothing there.
    #[error("there is nothing at this address")]
    Unknown,
    /// It can be read and cannot be done.
    #[error("the request cannot be read: {0}")]
    Unreadable(String),
    /// Not from a carrier, or not from a form of ours.
    #[error("the request is not genuine")]
    NotGenuine,
    /// Not from a program that has the key.
    #[error("this is not the key: send the one of [api] in the settings, as the header Authorization: Bearer KEY")]
    NotTheKey,
    /// No message is that long.
    #[error("the request is too large")]
    TooLarge,
    /// A page of ours is mistaken.
    #[error("a page could not be made")]
    Page(#[from] minijinja::Error),
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unavailable(ServiceError::UnknownCase(_)) | Self::Unknown => StatusCode::NOT_FOUND,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::NotGenuine | Self::NotTheKey => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Page(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        if self.status_code().is_server_error() {
            tracing::error!(cause = %chain(self), "a request failed");
        }
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::Unreadable(reason) => response.content_type(ContentType::plaintext()).body(reason.clone()),
            Self::Unknown | Self::NotTheKey | Self::Unavailable(ServiceError::UnknownCase(_)) => {
                response.content_type(ContentType::plaintext()).body(self.to_string())
            }
            _ => response.finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CaseId;
    use actix_web::body::MessageBody;
    use uuid::Uuid;

    #[test]
    fn each_fault_has_its_status_and_says_nothing_of_the_inside() {
        let case = CaseId(Uuid::nil());
        for (fault, status, body) in [
            (Fault::NotGenuine, 403, ""),
            (Fault::TooLarge, 413, ""),
            (Fault::Unknown, 404, "there is nothing at this address"),
            (Fault::Unreadable("no `From`".into()), 400, "no `From`"),
            (Fault::Unavailable(ServiceError::UnknownCase(case)), 404, "the service failed"),
            (Fault::Unavailable(ServiceError::UnknownCreditor(crate::domain::CreditorKey("x".into()))), 503, ""),
        ] {
            let response = fault.error_response();
            assert_eq!(response.status().as_u16(), status);
            let said = response.into_body().try_into_bytes().unwrap();
            assert_eq!(said, body, "{status}");
        }
    }
}
