-- | The small workload on servant and warp, the libraries of the existing backends: one RPC, JSON in and
-- out, with records of 'Text' and 'UUID' and aeson's generic instances. Prints its address, then serves
-- HTTP/2 with prior knowledge (and HTTP/1.1) on one capability.
{-# LANGUAGE DataKinds #-}
{-# LANGUAGE DeriveGeneric #-}
{-# LANGUAGE DuplicateRecordFields #-}
{-# LANGUAGE OverloadedStrings #-}
{-# LANGUAGE TypeOperators #-}

module Main (main) where

import Prelude hiding (id)

import Data.Aeson
import qualified Data.ByteString.Lazy as Lazy
import Data.Text (Text)
import Data.UUID.Types (UUID)
import GHC.Generics (Generic)
import Network.Socket
import Network.Wai.Handler.Warp (defaultSettings, runSettingsSocket)
import Servant
import System.IO

data QualifiedId = QualifiedId {domain :: Text, id :: UUID} deriving (Generic)

data Asset = Asset {_type :: Text, _key :: Text, _size :: Maybe Text} deriving (Generic)

data Profile = Profile
  { _qualified_id :: QualifiedId,
    _id :: UUID,
    _name :: Text,
    _text_status :: Maybe Text,
    _picture :: [Object],
    _assets :: [Asset],
    _accent_id :: Int,
    _handle :: Maybe Text,
    _team :: Maybe UUID,
    _email :: Maybe Text,
    _legalhold_status :: Text,
    _supported_protocols :: [Text],
    _type :: Text,
    _searchable :: Bool
  }
  deriving (Generic)

options :: Options
options = defaultOptions {fieldLabelModifier = dropWhile (== '_'), omitNothingFields = True}

instance FromJSON QualifiedId

instance ToJSON QualifiedId where
  toEncoding = genericToEncoding defaultOptions

instance FromJSON Asset where
  parseJSON = genericParseJSON options

instance ToJSON Asset where
  toEncoding = genericToEncoding options

instance FromJSON Profile where
  parseJSON = genericParseJSON options

instance ToJSON Profile where
  toEncoding = genericToEncoding options

type Api =
  "federation"
    :> "get-user-by-handle"
    :> Header' '[Required, Strict] "Wire-Origin-Domain" Text
    :> ReqBody '[JSON] Text
    :> Post '[JSON] (Maybe Profile)

server :: Profile -> Server Api
server profile origin handle = origin `seq` handle `seq` pure (Just profile)

-- | The profile stands on the first line of the standard input.
main :: IO ()
main = do
  line <- Lazy.fromStrict <$> readLine
  profile <- either fail pure (eitherDecode line)
  listener <- socket AF_INET Stream defaultProtocol
  bind listener (SockAddrInet 0 (tupleToHostAddress (127, 0, 0, 1)))
  listen listener 128
  address <- getSocketName listener
  print address
  hFlush stdout
  runSettingsSocket defaultSettings listener (serve (Proxy :: Proxy Api) (server profile))
  where
    readLine = Lazy.toStrict . Lazy.takeWhile (/= 10) <$> Lazy.hGetContents stdin
