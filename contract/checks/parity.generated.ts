// @ts-nocheck: generated from contract/parity.schema.json by make schemas.
import type { SchemaCheck } from '../../common/schema-problems.ts';

export const parity = validate10 as unknown as SchemaCheck;
const schema11 = {"$id":"parity","$schema":"http://json-schema.org/draft-07/schema#","type":"object","required":["schemaVersion","parity","startedAt","mode","ownGolden","seconds","environment","cases","notCovered"],"properties":{"schemaVersion":{"const":1},"parity":{"type":"string"},"startedAt":{"type":"string"},"mode":{"enum":["recorded","eager"]},"ownGolden":{"type":"boolean"},"seconds":{"type":"number"},"environment":{"type":"object","required":["cpu","cores","os","node","tensorflow","commit","dirty"],"properties":{"cpu":{"type":"string"},"cores":{"type":"number"},"os":{"type":"string"},"node":{"type":"string"},"tensorflow":{"type":"string"},"commit":{"type":["string","null"]},"dirty":{"type":"boolean"}}},"sample":{"type":"object","required":["files","of"],"properties":{"files":{"type":"integer"},"of":{"type":"integer"}}},"cases":{"type":"array","items":{"type":"object","required":["file","name","ok","maxError","tolerance"],"properties":{"file":{"type":"string"},"name":{"type":"string"},"ok":{"type":"boolean"},"maxError":{"type":"number"},"tolerance":{"type":"number"},"skipped":{"const":true},"note":{"type":"string"}}}},"notCovered":{"type":"array","items":{"type":"string"}}}};

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="parity" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.parity === undefined) && (missing0 = "parity"))) || ((data.startedAt === undefined) && (missing0 = "startedAt"))) || ((data.mode === undefined) && (missing0 = "mode"))) || ((data.ownGolden === undefined) && (missing0 = "ownGolden"))) || ((data.seconds === undefined) && (missing0 = "seconds"))) || ((data.environment === undefined) && (missing0 = "environment"))) || ((data.cases === undefined) && (missing0 = "cases"))) || ((data.notCovered === undefined) && (missing0 = "notCovered"))){
validate10.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema11.required,parentSchema:schema11,data}];
return false;
}
else {
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs1 = errors;
if(1 !== data0){
validate10.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema11.properties.schemaVersion,data:data0}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.parity !== undefined){
let data1 = data.parity;
const _errs2 = errors;
if(typeof data1 !== "string"){
validate10.errors = [{instancePath:instancePath+"/parity",schemaPath:"#/properties/parity/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.parity.type,parentSchema:schema11.properties.parity,data:data1}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.startedAt !== undefined){
let data2 = data.startedAt;
const _errs4 = errors;
if(typeof data2 !== "string"){
validate10.errors = [{instancePath:instancePath+"/startedAt",schemaPath:"#/properties/startedAt/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.startedAt.type,parentSchema:schema11.properties.startedAt,data:data2}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.mode !== undefined){
let data3 = data.mode;
const _errs6 = errors;
if(!((data3 === "recorded") || (data3 === "eager"))){
validate10.errors = [{instancePath:instancePath+"/mode",schemaPath:"#/properties/mode/enum",keyword:"enum",params:{allowedValues: schema11.properties.mode.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.mode.enum,parentSchema:schema11.properties.mode,data:data3}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.ownGolden !== undefined){
let data4 = data.ownGolden;
const _errs7 = errors;
if(typeof data4 !== "boolean"){
validate10.errors = [{instancePath:instancePath+"/ownGolden",schemaPath:"#/properties/ownGolden/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema11.properties.ownGolden.type,parentSchema:schema11.properties.ownGolden,data:data4}];
return false;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.seconds !== undefined){
let data5 = data.seconds;
const _errs9 = errors;
if(!((typeof data5 == "number") && (isFinite(data5)))){
validate10.errors = [{instancePath:instancePath+"/seconds",schemaPath:"#/properties/seconds/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.seconds.type,parentSchema:schema11.properties.seconds,data:data5}];
return false;
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.environment !== undefined){
let data6 = data.environment;
const _errs11 = errors;
if(errors === _errs11){
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
let missing1;
if((((((((data6.cpu === undefined) && (missing1 = "cpu")) || ((data6.cores === undefined) && (missing1 = "cores"))) || ((data6.os === undefined) && (missing1 = "os"))) || ((data6.node === undefined) && (missing1 = "node"))) || ((data6.tensorflow === undefined) && (missing1 = "tensorflow"))) || ((data6.commit === undefined) && (missing1 = "commit"))) || ((data6.dirty === undefined) && (missing1 = "dirty"))){
validate10.errors = [{instancePath:instancePath+"/environment",schemaPath:"#/properties/environment/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema11.properties.environment.required,parentSchema:schema11.properties.environment,data:data6}];
return false;
}
else {
if(data6.cpu !== undefined){
let data7 = data6.cpu;
const _errs13 = errors;
if(typeof data7 !== "string"){
validate10.errors = [{instancePath:instancePath+"/environment/cpu",schemaPath:"#/properties/environment/properties/cpu/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.environment.properties.cpu.type,parentSchema:schema11.properties.environment.properties.cpu,data:data7}];
return false;
}
var valid1 = _errs13 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data6.cores !== undefined){
let data8 = data6.cores;
const _errs15 = errors;
if(!((typeof data8 == "number") && (isFinite(data8)))){
validate10.errors = [{instancePath:instancePath+"/environment/cores",schemaPath:"#/properties/environment/properties/cores/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.environment.properties.cores.type,parentSchema:schema11.properties.environment.properties.cores,data:data8}];
return false;
}
var valid1 = _errs15 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data6.os !== undefined){
let data9 = data6.os;
const _errs17 = errors;
if(typeof data9 !== "string"){
validate10.errors = [{instancePath:instancePath+"/environment/os",schemaPath:"#/properties/environment/properties/os/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.environment.properties.os.type,parentSchema:schema11.properties.environment.properties.os,data:data9}];
return false;
}
var valid1 = _errs17 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data6.node !== undefined){
let data10 = data6.node;
const _errs19 = errors;
if(typeof data10 !== "string"){
validate10.errors = [{instancePath:instancePath+"/environment/node",schemaPath:"#/properties/environment/properties/node/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.environment.properties.node.type,parentSchema:schema11.properties.environment.properties.node,data:data10}];
return false;
}
var valid1 = _errs19 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data6.tensorflow !== undefined){
let data11 = data6.tensorflow;
const _errs21 = errors;
if(typeof data11 !== "string"){
validate10.errors = [{instancePath:instancePath+"/environment/tensorflow",schemaPath:"#/properties/environment/properties/tensorflow/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.environment.properties.tensorflow.type,parentSchema:schema11.properties.environment.properties.tensorflow,data:data11}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data6.commit !== undefined){
let data12 = data6.commit;
const _errs23 = errors;
if((typeof data12 !== "string") && (data12 !== null)){
validate10.errors = [{instancePath:instancePath+"/environment/commit",schemaPath:"#/properties/environment/properties/commit/type",keyword:"type",params:{type: schema11.properties.environment.properties.commit.type},message:"must be string,null",schema:schema11.properties.environment.properties.commit.type,parentSchema:schema11.properties.environment.properties.commit,data:data12}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data6.dirty !== undefined){
let data13 = data6.dirty;
const _errs25 = errors;
if(typeof data13 !== "boolean"){
validate10.errors = [{instancePath:instancePath+"/environment/dirty",schemaPath:"#/properties/environment/properties/dirty/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema11.properties.environment.properties.dirty.type,parentSchema:schema11.properties.environment.properties.dirty,data:data13}];
return false;
}
var valid1 = _errs25 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/environment",schemaPath:"#/properties/environment/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.environment.type,parentSchema:schema11.properties.environment,data:data6}];
return false;
}
}
var valid0 = _errs11 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.sample !== undefined){
let data14 = data.sample;
const _errs27 = errors;
if(errors === _errs27){
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
let missing2;
if(((data14.files === undefined) && (missing2 = "files")) || ((data14.of === undefined) && (missing2 = "of"))){
validate10.errors = [{instancePath:instancePath+"/sample",schemaPath:"#/properties/sample/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema11.properties.sample.required,parentSchema:schema11.properties.sample,data:data14}];
return false;
}
else {
if(data14.files !== undefined){
let data15 = data14.files;
const _errs29 = errors;
if(!(((typeof data15 == "number") && (!(data15 % 1) && !isNaN(data15))) && (isFinite(data15)))){
validate10.errors = [{instancePath:instancePath+"/sample/files",schemaPath:"#/properties/sample/properties/files/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.sample.properties.files.type,parentSchema:schema11.properties.sample.properties.files,data:data15}];
return false;
}
var valid2 = _errs29 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data14.of !== undefined){
let data16 = data14.of;
const _errs31 = errors;
if(!(((typeof data16 == "number") && (!(data16 % 1) && !isNaN(data16))) && (isFinite(data16)))){
validate10.errors = [{instancePath:instancePath+"/sample/of",schemaPath:"#/properties/sample/properties/of/type",keyword:"type",params:{type: "integer"},message:"must be integer",schema:schema11.properties.sample.properties.of.type,parentSchema:schema11.properties.sample.properties.of,data:data16}];
return false;
}
var valid2 = _errs31 === errors;
}
else {
var valid2 = true;
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/sample",schemaPath:"#/properties/sample/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.sample.type,parentSchema:schema11.properties.sample,data:data14}];
return false;
}
}
var valid0 = _errs27 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.cases !== undefined){
let data17 = data.cases;
const _errs33 = errors;
if(errors === _errs33){
if(Array.isArray(data17)){
var valid3 = true;
const len0 = data17.length;
for(let i0=0; i0<len0; i0++){
let data18 = data17[i0];
const _errs35 = errors;
if(errors === _errs35){
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
let missing3;
if((((((data18.file === undefined) && (missing3 = "file")) || ((data18.name === undefined) && (missing3 = "name"))) || ((data18.ok === undefined) && (missing3 = "ok"))) || ((data18.maxError === undefined) && (missing3 = "maxError"))) || ((data18.tolerance === undefined) && (missing3 = "tolerance"))){
validate10.errors = [{instancePath:instancePath+"/cases/" + i0,schemaPath:"#/properties/cases/items/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'",schema:schema11.properties.cases.items.required,parentSchema:schema11.properties.cases.items,data:data18}];
return false;
}
else {
if(data18.file !== undefined){
let data19 = data18.file;
const _errs37 = errors;
if(typeof data19 !== "string"){
validate10.errors = [{instancePath:instancePath+"/cases/" + i0+"/file",schemaPath:"#/properties/cases/items/properties/file/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.cases.items.properties.file.type,parentSchema:schema11.properties.cases.items.properties.file,data:data19}];
return false;
}
var valid4 = _errs37 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data18.name !== undefined){
let data20 = data18.name;
const _errs39 = errors;
if(typeof data20 !== "string"){
validate10.errors = [{instancePath:instancePath+"/cases/" + i0+"/name",schemaPath:"#/properties/cases/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.cases.items.properties.name.type,parentSchema:schema11.properties.cases.items.properties.name,data:data20}];
return false;
}
var valid4 = _errs39 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data18.ok !== undefined){
let data21 = data18.ok;
const _errs41 = errors;
if(typeof data21 !== "boolean"){
validate10.errors = [{instancePath:instancePath+"/cases/" + i0+"/ok",schemaPath:"#/properties/cases/items/properties/ok/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema11.properties.cases.items.properties.ok.type,parentSchema:schema11.properties.cases.items.properties.ok,data:data21}];
return false;
}
var valid4 = _errs41 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data18.maxError !== undefined){
let data22 = data18.maxError;
const _errs43 = errors;
if(!((typeof data22 == "number") && (isFinite(data22)))){
validate10.errors = [{instancePath:instancePath+"/cases/" + i0+"/maxError",schemaPath:"#/properties/cases/items/properties/maxError/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.cases.items.properties.maxError.type,parentSchema:schema11.properties.cases.items.properties.maxError,data:data22}];
return false;
}
var valid4 = _errs43 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data18.tolerance !== undefined){
let data23 = data18.tolerance;
const _errs45 = errors;
if(!((typeof data23 == "number") && (isFinite(data23)))){
validate10.errors = [{instancePath:instancePath+"/cases/" + i0+"/tolerance",schemaPath:"#/properties/cases/items/properties/tolerance/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.cases.items.properties.tolerance.type,parentSchema:schema11.properties.cases.items.properties.tolerance,data:data23}];
return false;
}
var valid4 = _errs45 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data18.skipped !== undefined){
let data24 = data18.skipped;
const _errs47 = errors;
if(true !== data24){
validate10.errors = [{instancePath:instancePath+"/cases/" + i0+"/skipped",schemaPath:"#/properties/cases/items/properties/skipped/const",keyword:"const",params:{allowedValue: true},message:"must be equal to constant",schema:true,parentSchema:schema11.properties.cases.items.properties.skipped,data:data24}];
return false;
}
var valid4 = _errs47 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data18.note !== undefined){
let data25 = data18.note;
const _errs48 = errors;
if(typeof data25 !== "string"){
validate10.errors = [{instancePath:instancePath+"/cases/" + i0+"/note",schemaPath:"#/properties/cases/items/properties/note/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.cases.items.properties.note.type,parentSchema:schema11.properties.cases.items.properties.note,data:data25}];
return false;
}
var valid4 = _errs48 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cases/" + i0,schemaPath:"#/properties/cases/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.cases.items.type,parentSchema:schema11.properties.cases.items,data:data18}];
return false;
}
}
var valid3 = _errs35 === errors;
if(!valid3){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cases",schemaPath:"#/properties/cases/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.cases.type,parentSchema:schema11.properties.cases,data:data17}];
return false;
}
}
var valid0 = _errs33 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.notCovered !== undefined){
let data26 = data.notCovered;
const _errs50 = errors;
if(errors === _errs50){
if(Array.isArray(data26)){
var valid5 = true;
const len1 = data26.length;
for(let i1=0; i1<len1; i1++){
let data27 = data26[i1];
const _errs52 = errors;
if(typeof data27 !== "string"){
validate10.errors = [{instancePath:instancePath+"/notCovered/" + i1,schemaPath:"#/properties/notCovered/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.notCovered.items.type,parentSchema:schema11.properties.notCovered.items,data:data27}];
return false;
}
var valid5 = _errs52 === errors;
if(!valid5){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/notCovered",schemaPath:"#/properties/notCovered/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.notCovered.type,parentSchema:schema11.properties.notCovered,data:data26}];
return false;
}
}
var valid0 = _errs50 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.type,parentSchema:schema11,data}];
return false;
}
}
validate10.errors = vErrors;
return errors === 0;
}
